// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reload_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr UtcTime at(int s) { return UtcTime(seconds(1'800'000'000 + s)); }

TEST(ReloadStatus, AStartIsNoReload) {
  const ReloadStatus status(at(0));
  EXPECT_THAT(status.problems(), IsEmpty());
  EXPECT_EQ(status.gauges().reloads, 0U);
  EXPECT_TRUE(status.gauges().last_successful);
  EXPECT_EQ(status.gauges().loaded_at, at(0));
}

TEST(ReloadStatus, TellsWhatIsWrongUntilItIsMended) {
  ReloadStatus status(at(0));
  status.refused({"f:1:2: a", "f:3:4: b"});
  EXPECT_THAT(status.problems(), ElementsAre("new configuration refused: f:1:2: a",
                                             "new configuration refused: f:3:4: b"));
  EXPECT_FALSE(status.gauges().last_successful);
  EXPECT_EQ(status.gauges().failures, 1U);
  EXPECT_EQ(status.gauges().loaded_at, at(0)) << "what is in force is as old as before";
  status.applied(at(5), {});
  EXPECT_THAT(status.problems(), IsEmpty());
  EXPECT_TRUE(status.gauges().last_successful);
  EXPECT_EQ(status.gauges().loaded_at, at(5));
}

TEST(ReloadStatus, TellsWhatWaitsUntilItDoesNotOrIsDone) {
  ReloadStatus status(at(0));
  status.applied(at(1), {"gateway.workers"});
  EXPECT_THAT(status.problems(), ElementsAre("needs a restart: gateway.workers"));
  EXPECT_EQ(status.gauges().waiting, 1U);
  status.refused({"f: c"});
  EXPECT_THAT(status.problems(),
              ElementsAre("new configuration refused: f: c", "needs a restart: gateway.workers"));
  status.applied(at(2), {});
  EXPECT_THAT(status.problems(), IsEmpty());
  EXPECT_EQ(status.gauges().waiting, 0U);
  EXPECT_EQ(status.gauges().reloads, 2U);
}

}  // namespace
}  // namespace tollgate::app
