// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redis/health.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tollgate/redis/reply.hpp"

namespace tollgate::redis {
namespace {

using State = Health::State;

TEST(StoreHealth, IsTheWorstThatAThreadSees) {
  Health health(2, "store:6379");
  EXPECT_EQ(health.status().state, State::connecting);
  EXPECT_TRUE(health.problems().empty());
  health.tell(0, State::ready, "");
  EXPECT_EQ(health.status().state, State::connecting);
  EXPECT_EQ(health.status().ready, 1U);
  health.tell(1, State::down, "refused");
  EXPECT_EQ(health.status().state, State::down);
  EXPECT_EQ(health.status().why, "refused");
  ASSERT_EQ(health.problems().size(), 1U);
  EXPECT_EQ(health.problems().front(), "store store:6379: 1 of 2 threads cannot call it; refused");
  health.tell(1, State::ready, "");
  EXPECT_EQ(health.status().state, State::ready);
  EXPECT_TRUE(health.problems().empty());
}

TEST(StoreHealth, IsLoggedOnceAndNotEachTimeThatItIsLate) {
  const SteadyTime start = SteadyTime() + seconds(100);
  Health health(1, "store:6379");
  EXPECT_TRUE(health.tell(0, State::ready, "", start));
  EXPECT_TRUE(health.tell(0, State::down, "late", start));
  EXPECT_FALSE(health.tell(0, State::down, "late", start + seconds(60)));
  EXPECT_TRUE(health.tell(0, State::ready, "", start + seconds(1)));
  EXPECT_FALSE(health.tell(0, State::down, "late", start + seconds(2)));
  EXPECT_FALSE(health.tell(0, State::ready, "", start + seconds(3)));
  EXPECT_FALSE(health.tell(0, State::down, "late", start + seconds(9)));
  EXPECT_TRUE(health.tell(0, State::down, "late", start + seconds(10)));
}

TEST(StoreHealth, APolicyThatThrowsKeysAwayIsAProblem) {
  Health health(1, "store:6379");
  health.tell_eviction("allkeys-lru");
  ASSERT_EQ(health.problems().size(), 1U);
  EXPECT_NE(health.problems().front().find("allkeys-lru"), std::string::npos);
  health.tell_eviction("");
  EXPECT_TRUE(health.problems().empty());
}

TEST(FailureKinds, HaveWordsOfTheirOwn) {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < kFailureKinds; ++i)
    words.insert(to_string(static_cast<FailureKind>(i)));
  EXPECT_EQ(words.size(), kFailureKinds);
  EXPECT_EQ(words.count(""), 0U);
}

}  // namespace
}  // namespace tollgate::redis
