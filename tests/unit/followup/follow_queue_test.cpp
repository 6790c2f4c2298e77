// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "follow_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tollgate::followup {
namespace {

const SteadyTime kStart{};

class FollowQueueTest : public testing::Test {
 protected:
  void add(const std::string& client, int count, SteadyTime now = kStart) {
    for (int i = 0; i < count; ++i) {
      const std::string id = "resp_" + std::to_string(++last_);
      queue_.add({last_, client, "/openai/v1/responses/" + id}, now);
    }
  }
  std::vector<std::string> clients_of(const std::vector<Waiting>& taken) {
    std::vector<std::string> out;
    for (const Waiting& one : taken) out.push_back(one.client);
    return out;
  }

  std::vector<std::int64_t> hurried(const std::string& client, const std::string& part) {
    std::vector<std::int64_t> out;
    for (const auto& one : queue_.hurry(client, part, kStart)) out.push_back(one.sequence);
    return out;
  }

  FollowQueue queue_;
  std::int64_t last_ = 0;
};

TEST_F(FollowQueueTest, OneClientsThousandsDoNotKeepAnothersWaiting) {
  add("a", 2'100);
  add("b", 5);
  int asked_of_b = 0;
  for (int round = 0; asked_of_b < 5 && round < 3; ++round) {
    const std::vector<Waiting> taken = queue_.take(kStart);
    for (const Waiting& one : taken) {
      asked_of_b += one.client == "b" ? 1 : 0;
      queue_.settled(one.sequence);
    }
  }
  EXPECT_EQ(asked_of_b, 5) << "within two rounds of questions, whoever came first";
}

TEST_F(FollowQueueTest, OneClientNeverHasAllQuestionsThatMayBeUnderWay) {
  add("a", 100);
  EXPECT_EQ(queue_.take(kStart).size(), FollowQueue::kMostOfOne);
  EXPECT_TRUE(queue_.take(kStart).empty()) << "its backend may be slow to answer";
  add("b", 1);
  EXPECT_EQ(clients_of(queue_.take(kStart)), std::vector<std::string>{"b"});
}

TEST_F(FollowQueueTest, HasABoundForAllTogether) {
  for (int i = 0; i < 100; ++i) add("client" + std::to_string(i), 2);
  EXPECT_EQ(queue_.take(kStart).size(), FollowQueue::kMostAtOnce);
  EXPECT_TRUE(queue_.take(kStart).empty());
}

TEST_F(FollowQueueTest, EveryClientHasItsTurn) {
  for (int i = 0; i < 40; ++i) add("client" + std::to_string(i), 3);
  std::vector<std::string> seen;
  for (int round = 0; round < 3; ++round) {
    for (const Waiting& one : queue_.take(kStart)) {
      seen.push_back(one.client);
      queue_.asked(one.sequence, kStart);
    }
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()) - seen.begin(), 40);
}

TEST_F(FollowQueueTest, AsksAgainLater) {
  add("a", 1);
  ASSERT_EQ(queue_.take(kStart).size(), 1U);
  queue_.asked(1, kStart);
  EXPECT_TRUE(queue_.take(kStart + milliseconds(499)).empty());
  EXPECT_EQ(queue_.take(kStart + milliseconds(500)).size(), 1U);
  queue_.settled(1);
  EXPECT_EQ(queue_.size(), 0U);
  EXPECT_TRUE(queue_.take(kStart + seconds(3600)).empty());
}

TEST_F(FollowQueueTest, WhatIsKnownStaysWhereItIs) {
  add("a", 1);
  ASSERT_EQ(queue_.take(kStart).size(), 1U);
  queue_.asked(1, kStart);
  queue_.add({1, "a", "/openai/v1/responses/resp_1"}, kStart);
  EXPECT_TRUE(queue_.take(kStart).empty());
}

TEST_F(FollowQueueTest, HurriesWhatAnObjectsEndWouldTakeAway) {
  queue_.add({1, "a", "/openai/v1/responses/resp_1"}, kStart);
  queue_.add({2, "a", "/openai/threads/thread_1/runs/run_1?api-version=x"}, kStart);
  queue_.add({3, "a", "/openai/v1/batches/batch_1"}, kStart);
  queue_.add({4, "b", "/openai/v1/responses/resp_1"}, kStart);
  for (const Waiting& one : queue_.take(kStart)) queue_.asked(one.sequence, kStart);
  using Sequences = std::vector<std::int64_t>;
  EXPECT_EQ(hurried("a", "/responses/resp_1"), Sequences{1});
  EXPECT_EQ(hurried("a", "/responses/resp"), Sequences{});
  EXPECT_EQ(hurried("a", "/threads/thread_1"), Sequences{2});
  EXPECT_EQ(hurried("a", "/batches"), Sequences{3});
  EXPECT_EQ(queue_.take(kStart).size(), 3U);
}

TEST_F(FollowQueueTest, AQuestionIsAnsweredByAskingOrBySettling) {
  add("a", 2);
  const auto questions = queue_.hurry("a", "/responses", kStart);
  ASSERT_EQ(questions.size(), 2U);
  ASSERT_EQ(queue_.take(kStart).size(), 2U);
  EXPECT_FALSE(queue_.is_answered(questions[0]));
  queue_.asked(1, kStart, false);
  EXPECT_FALSE(queue_.is_answered(questions[0])) << "it was throttled";
  queue_.hurry("a", "/responses", kStart);
  ASSERT_EQ(queue_.take(kStart).size(), 1U);
  queue_.asked(1, kStart);
  EXPECT_TRUE(queue_.is_answered(questions[0]));
  EXPECT_FALSE(queue_.is_answered(questions[1]));
  queue_.settled(2);
  EXPECT_TRUE(queue_.is_answered(questions[1]));
}

}  // namespace
}  // namespace tollgate::followup
