// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/errand.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate {
namespace {

namespace asio = boost::asio;

/// A waiter's context and another one in place of the other thread: each runs when the test lets
/// it.
class ErrandTest : public testing::Test {
 protected:
  void begin(std::function<Result<int>()> work) {
    asio::co_spawn(*here_,
                   run_elsewhere<int>(there_.get_executor(), std::move(work), cancellation_),
                   [this](const std::exception_ptr& thrown, Result<int> result) {
                     thrown_ = thrown;
                     result_ = std::move(result);
                   });
    run(*here_);
  }
  static void run(asio::io_context& context) {
    context.restart();
    context.poll();
  }

  asio::io_context there_;
  std::unique_ptr<asio::io_context> here_ = std::make_unique<asio::io_context>();
  Cancellation cancellation_;
  std::exception_ptr thrown_;
  std::optional<Result<int>> result_;
};

TEST_F(ErrandTest, BringsTheResultBack) {
  begin([] { return 7; });
  EXPECT_FALSE(result_);
  run(there_);
  EXPECT_FALSE(result_) << "only on the waiter's own executor";
  run(*here_);
  ASSERT_TRUE(result_);
  EXPECT_EQ(**result_, 7);
}

TEST_F(ErrandTest, ThrowsWhatTheWorkThrew) {
  begin([]() -> Result<int> { throw std::runtime_error("work"); });
  run(there_);
  run(*here_);
  EXPECT_NE(thrown_, nullptr);
}

TEST_F(ErrandTest, AStopEndsTheWaitAndTheWorkGoesNowhere) {
  begin([] { return 7; });
  cancellation_.stop();
  run(*here_);
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->error().code, Errc::cancelled);
  run(there_);
  EXPECT_EQ(here_->poll(), 0U) << "nothing is posted to it any more";
}

TEST_F(ErrandTest, AClientsLeavingDoesNotEndTheWait) {
  begin([] { return 7; });
  cancellation_.client_left();
  run(*here_);
  EXPECT_FALSE(result_);
  run(there_);
  run(*here_);
  EXPECT_EQ(**result_, 7);
}

TEST_F(ErrandTest, TheWaitersExecutorMayBeGoneWhenTheWorkIsDone) {
  begin([] { return 7; });
  here_.reset();
  run(there_);  // must not touch it: the sanitizers would tell
  EXPECT_FALSE(result_);
}

TEST_F(ErrandTest, WorkThatWasDoneBeforeTheWaitBeganIsThere) {
  const auto errand = std::make_shared<Errand>(here_->get_executor());
  Errand::done(errand);
  std::optional<bool> done;
  asio::co_spawn(*here_, Errand::wait(errand, cancellation_),
                 [&](const std::exception_ptr&, bool result) { done = result; });
  run(*here_);
  EXPECT_EQ(done, true);
}

/// A coroutine of the other context that waits there until it is let go on.
class AwaitElsewhereTest : public ErrandTest {
 protected:
  void begin(bool throws) {
    asio::co_spawn(*here_, await_elsewhere(there_->get_executor(), work(throws), cancellation_),
                   [this](const std::exception_ptr& thrown, Result<void> result) {
                     thrown_ = thrown;
                     over_ = std::move(result);
                   });
    run(*here_);
    run(*there_);
  }
  void let_go_on() {
    gate_->cancel();
    run(*there_);
  }

  std::unique_ptr<asio::io_context> there_ = std::make_unique<asio::io_context>();
  std::optional<asio::steady_timer> gate_{std::in_place, *there_,
                                          asio::steady_timer::time_point::max()};
  std::optional<Result<void>> over_;
  bool ended_ = false;

 private:
  asio::awaitable<void> work(bool throws) {
    boost::system::error_code ignored;
    co_await gate_->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    ended_ = true;
    if (throws) throw std::runtime_error("work");
  }
};

TEST_F(AwaitElsewhereTest, WaitsUntilItEnds) {
  begin(false);
  EXPECT_FALSE(over_);
  let_go_on();
  run(*here_);
  ASSERT_TRUE(over_);
  EXPECT_TRUE(*over_);
}

TEST_F(AwaitElsewhereTest, ThrowsWhatItThrew) {
  begin(true);
  let_go_on();
  run(*here_);
  EXPECT_NE(thrown_, nullptr);
}

// A worker that went with its gateway was posted to when the token came after all.
TEST_F(AwaitElsewhereTest, TheWaitersContextMayGoFirst) {
  begin(false);
  here_.reset();
  let_go_on();
  EXPECT_TRUE(ended_);
  EXPECT_FALSE(over_);
}

TEST_F(AwaitElsewhereTest, TheOtherContextMayGoFirst) {
  begin(false);
  gate_.reset();
  there_.reset();
  run(*here_);
  EXPECT_FALSE(over_);
  cancellation_.stop();
  run(*here_);
  ASSERT_TRUE(over_);
  EXPECT_EQ(over_->error().code, Errc::cancelled);
}

TEST_F(ErrandTest, AWaitWhileItIsWantedEndsInTimeAndWithItsClient) {
  const auto errand = std::make_shared<Errand>(here_->get_executor());
  std::optional<bool> done;
  const auto wait_until = [&](SteadyTime until) {
    done.reset();
    asio::co_spawn(*here_, Errand::wait_while_wanted(errand, cancellation_, until),
                   [&](const std::exception_ptr&, bool result) { done = result; });
    run(*here_);
  };
  wait_until(std::chrono::steady_clock::now());
  EXPECT_EQ(done, false) << "the time has come";
  wait_until(SteadyTime::max());
  EXPECT_EQ(done, std::nullopt);
  cancellation_.client_left();
  run(*here_);
  EXPECT_EQ(done, false);
  Errand::done(errand);
  wait_until(SteadyTime::max());
  EXPECT_EQ(done, true);
}

}  // namespace
}  // namespace tollgate
