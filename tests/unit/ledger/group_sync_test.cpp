// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "group_sync.hpp"

#include <gtest/gtest.h>

#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "temp_directory.hpp"

namespace tollgate::ledger {
namespace {

namespace asio = boost::asio;

TEST(GroupSync, CompletesEveryWaiterOnItsOwnThread) {
  const TempDirectory directory;
  const std::shared_ptr<Segment> first =
      std::move(*Segment::create(directory / "a", 0, 0, UtcTime()));
  const std::shared_ptr<Segment> second =
      std::move(*Segment::create(directory / "b", 0, 1, UtcTime()));
  asio::io_context context;
  Cancellation cancellation;
  GroupSync sync;
  int synced = 0;
  for (int i = 0; i < 20; ++i) {
    first->append(EntryType::intent, "x");
    asio::co_spawn(context, sync.wait(i % 2 == 0 ? first : second, cancellation),
                   [&](const std::exception_ptr& thrown, const Result<void>& result) {
                     EXPECT_TRUE(context.get_executor().running_in_this_thread());
                     synced += thrown == nullptr && result.has_value() ? 1 : 0;
                   });
  }
  context.run();
  EXPECT_EQ(synced, 20);
}

TEST(GroupSync, ServesSeveralWorkers) {
  const TempDirectory directory;
  const std::shared_ptr<Segment> segment =
      std::move(*Segment::create(directory / "a", 0, 0, UtcTime()));
  GroupSync sync;
  std::array<int, 3> synced{};
  std::vector<std::jthread> workers;
  for (int& count : synced) {
    workers.emplace_back([&] {
      asio::io_context context;
      Cancellation cancellation;
      for (int i = 0; i < 10; ++i) {
        asio::co_spawn(context, sync.wait(segment, cancellation),
                       [&](const std::exception_ptr&, const Result<void>& result) {
                         count += result.has_value() ? 1 : 0;
                       });
      }
      context.run();
    });
  }
  workers.clear();
  EXPECT_EQ(synced, (std::array{10, 10, 10}));
}

// Shutdown: whoever waits is still served before the thread ends.
TEST(GroupSync, FinishesWhatItWasAskedBeforeItEnds) {
  const TempDirectory directory;
  const std::shared_ptr<Segment> segment =
      std::move(*Segment::create(directory / "a", 0, 0, UtcTime()));
  asio::io_context context;
  Cancellation cancellation;
  bool synced = false;
  {
    GroupSync sync;
    asio::co_spawn(context, sync.wait(segment, cancellation),
                   [&](const std::exception_ptr&, const Result<void>& result) {
                     synced = result.has_value();
                   });
    context.poll();
  }
  context.run();
  EXPECT_TRUE(synced);
}

TEST(GroupSync, OneThatTheGatewaysEndTakesAwayDoesNotWaitForTheDisk) {
  const TempDirectory directory;
  const std::shared_ptr<Segment> segment =
      std::move(*Segment::create(directory / "a", 0, 0, UtcTime()));
  Cancellation cancellation;
  cancellation.stop();
  GroupSync sync;
  std::optional<Errc> why;
  asio::io_context context;
  asio::co_spawn(context, sync.wait(segment, cancellation),
                 [&](const std::exception_ptr&, const Result<void>& result) {
                   // The disk may have been faster.
                   why = result ? Errc::internal : result.error().code;
                 });
  context.run();
  EXPECT_TRUE(why == Errc::cancelled || why == Errc::internal);
}

// The executor is gone with its waiters before the sync is done: nothing is posted to it.
TEST(GroupSync, AnExecutorMayGoBeforeItsWaitersAreServed) {
  const TempDirectory directory;
  const std::shared_ptr<Segment> segment =
      std::move(*Segment::create(directory / "a", 0, 0, UtcTime()));
  GroupSync sync;
  for (int i = 0; i < 100; ++i) {
    Cancellation cancellation;
    asio::io_context context;
    asio::co_spawn(context, sync.wait(segment, cancellation),
                   [](const std::exception_ptr&, const Result<void>&) {});
    context.poll_one();
  }
}

}  // namespace
}  // namespace tollgate::ledger
