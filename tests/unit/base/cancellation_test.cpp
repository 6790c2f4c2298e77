// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/cancellation.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

class Ear : public Cancellation::Watcher {
 public:
  using Watcher::Watcher;
  void on_change() override { ++told; }
  int told = 0;
};

struct Policy : Cancellation::Leaving {
  explicit Policy(Cancellation::OnLeaving what) : what(what) {}
  Cancellation::OnLeaving decide() override { return what; }
  Cancellation::OnLeaving what;
};

TEST(Cancellation, BeginsWithSomebodyWhoWaits) {
  const Cancellation cancellation;
  EXPECT_TRUE(cancellation.wanted());
  EXPECT_FALSE(cancellation.ended());
}

TEST(Cancellation, AClientThatHasLeftWantsNothingNewButWhatIsUnderWayMayGoOn) {
  Cancellation cancellation;
  Policy policy(Cancellation::OnLeaving::read_on);
  cancellation.ask_on_leaving(&policy);
  cancellation.client_left();
  EXPECT_TRUE(cancellation.client_has_left());
  EXPECT_FALSE(cancellation.wanted());
  EXPECT_FALSE(cancellation.ended());
}

TEST(Cancellation, AClientThatHasLeftEndsWhatIsUnderWayWhereThatIsItsPolicy) {
  Cancellation cancellation;
  Policy policy(Cancellation::OnLeaving::end);
  cancellation.ask_on_leaving(&policy);
  cancellation.client_left();
  EXPECT_TRUE(cancellation.ended());
  EXPECT_FALSE(cancellation.stopped());
}

TEST(Cancellation, AStopEndsEverythingWhateverThePolicy) {
  Cancellation cancellation;
  Policy policy(Cancellation::OnLeaving::read_on);
  cancellation.ask_on_leaving(&policy);
  cancellation.stop();
  EXPECT_TRUE(cancellation.ended());
  EXPECT_FALSE(cancellation.client_has_left());
}

TEST(Cancellation, TellsEachChangeOnceToWhoeverWatchesThen) {
  Cancellation cancellation;
  Ear always(cancellation);
  { const Ear gone(cancellation); }
  cancellation.client_left();
  cancellation.client_left();
  EXPECT_EQ(always.told, 1);
  Ear late(cancellation);
  EXPECT_EQ(late.told, 0);
  cancellation.stop();
  cancellation.stop();
  EXPECT_EQ(always.told, 2);
  EXPECT_EQ(late.told, 1);
}

}  // namespace
}  // namespace tollgate
