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

TEST(Cancellation, BeginsWithSomebodyWhoWaits) {
  const Cancellation cancellation;
  EXPECT_TRUE(cancellation.wanted());
  EXPECT_FALSE(cancellation.ended());
}

TEST(Cancellation, AClientThatHasLeftWantsNothingNewButWhatIsUnderWayMayGoOn) {
  Cancellation cancellation;
  cancellation.on_leaving(Cancellation::OnLeaving::read_on);
  cancellation.client_left();
  EXPECT_TRUE(cancellation.client_has_left());
  EXPECT_FALSE(cancellation.wanted());
  EXPECT_FALSE(cancellation.ended());
}

TEST(Cancellation, AClientThatHasLeftEndsWhatIsUnderWayWhereThatIsItsPolicy) {
  Cancellation cancellation;
  cancellation.on_leaving(Cancellation::OnLeaving::end);
  cancellation.client_left();
  EXPECT_TRUE(cancellation.ended());
  EXPECT_FALSE(cancellation.stopped());
}

TEST(Cancellation, AStopEndsEverythingWhateverThePolicy) {
  Cancellation cancellation;
  cancellation.on_leaving(Cancellation::OnLeaving::read_on);
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
