// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/deadline.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

namespace tollgate::net {
namespace {

const SteadyTime kStart{};

SteadyTime at(int ms) { return kStart + milliseconds(ms); }

/// Counts its expiries and then does what the test wants.
struct Owner {
  explicit Owner(DeadlineSweep& sweep)
      : deadline(
            sweep, [](void* self) { static_cast<Owner*>(self)->expire(); }, this) {}

  void expire() {
    ++expired;
    const auto action = then;  // a copy: it may destroy this owner
    if (action) action();
  }

  int expired = 0;
  std::function<void()> then;
  Deadline deadline;
};

class DeadlineTest : public testing::Test {
 protected:
  boost::asio::io_context context_;
  DeadlineSweep sweep_{context_};
};

TEST_F(DeadlineTest, FiresOnceAndNeverEarly) {
  Owner owner(sweep_);
  owner.deadline.arm(at(100));
  sweep_.sweep(at(99));
  EXPECT_EQ(owner.expired, 0);
  sweep_.sweep(at(100));
  EXPECT_EQ(owner.expired, 1);
  sweep_.sweep(at(5000));
  EXPECT_EQ(owner.expired, 1);
}

TEST_F(DeadlineTest, MovesAndStopsWithOneStore) {
  Owner moved(sweep_);
  Owner stopped(sweep_);
  Owner never(sweep_);
  moved.deadline.arm(at(100));
  moved.deadline.arm(at(200));
  stopped.deadline.arm(at(100));
  stopped.deadline.disarm();
  sweep_.sweep(at(150));
  EXPECT_EQ(moved.expired, 0);
  sweep_.sweep(at(200));
  EXPECT_EQ(moved.expired, 1);
  EXPECT_EQ(stopped.expired, 0);
  EXPECT_EQ(never.expired, 0);
}

TEST_F(DeadlineTest, CanBeArmedAgainByItsOwnExpiry) {
  Owner owner(sweep_);
  owner.deadline.arm(at(100));
  owner.then = [&] { owner.deadline.arm(at(100)); };  // past already: for the next sweep
  sweep_.sweep(at(100));
  EXPECT_EQ(owner.expired, 1);
  sweep_.sweep(at(100));
  EXPECT_EQ(owner.expired, 2);
}

TEST_F(DeadlineTest, AnExpiryMayMoveAnotherThatIsDue) {
  Owner first(sweep_);
  Owner second(sweep_);
  first.deadline.arm(at(100));
  second.deadline.arm(at(100));
  first.then = [&] { second.deadline.arm(at(300)); };
  sweep_.sweep(at(100));
  EXPECT_EQ(second.expired, 0);
  sweep_.sweep(at(300));
  EXPECT_EQ(second.expired, 1);
}

TEST_F(DeadlineTest, AnExpiryMayDestroyItselfItsNeighboursAndMakeNewOnes) {
  std::vector<std::unique_ptr<Owner>> owners;
  for (int i = 0; i < 5; ++i) {
    owners.push_back(std::make_unique<Owner>(sweep_));
    owners.back()->deadline.arm(at(100));
  }
  int expired = 0;
  owners[2]->then = [&] {
    ++expired;
    owners.clear();  // this one included: its function must not be touched any more
    owners.push_back(std::make_unique<Owner>(sweep_));
    owners.back()->deadline.arm(at(100));
  };
  for (int i : {0, 1}) owners[static_cast<std::size_t>(i)]->then = [&] { ++expired; };
  sweep_.sweep(at(100));
  EXPECT_EQ(expired, 3);
  ASSERT_EQ(owners.size(), 1U);
  EXPECT_EQ(owners[0]->expired, 0);
  sweep_.sweep(at(101));
  EXPECT_EQ(owners[0]->expired, 1);
}

TEST_F(DeadlineTest, SweepsByItselfOnceStartedUntilStopped) {
  DeadlineSweep quick(context_, milliseconds(1));
  Owner owner(quick);
  owner.deadline.arm(kStart);  // long past
  quick.start();
  while (owner.expired == 0) context_.run_one_for(seconds(5));
  quick.stop();
  EXPECT_EQ(context_.run_for(seconds(5)),
            1U);  // the cancelled timer, and then nothing is left to run
}

}  // namespace
}  // namespace tollgate::net
