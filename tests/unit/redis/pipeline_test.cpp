// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "pipeline.hpp"

#include <gtest/gtest.h>

namespace tollgate::redis {
namespace {

Pending call(SteadyTime until = SteadyTime::max()) {
  Pending out;
  out.call = Call::command({"GET", "a"});
  out.until = until;
  return out;
}

std::vector<Reply> answers(Pipeline& pipeline, std::string_view bytes) {
  std::vector<Reply> out;
  const Result<void> read = pipeline.arrived(
      bytes, [&](const Pending&, Reply reply) { out.push_back(std::move(reply)); });
  EXPECT_TRUE(read);
  return out;
}

TEST(Pipeline, AnswersComeInTheOrderOfCalls) {
  Pipeline pipeline;
  pipeline.add(call());
  pipeline.add(call());
  EXPECT_EQ(pipeline.take_out(), "*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
  EXPECT_FALSE(pipeline.has_out());
  EXPECT_EQ(answers(pipeline, ":1\r\n:").size(), 1U);
  EXPECT_EQ(answers(pipeline, "2\r\n"), std::vector<Reply>{Reply::of(2)});
  EXPECT_TRUE(pipeline.empty());
}

TEST(Pipeline, WhoseTimeIsOverKeepsItsPlaceForItsAnswer) {
  const SteadyTime start{};
  Pipeline pipeline;
  pipeline.add(call(start + seconds(1)));
  pipeline.add(call(start + seconds(2)));
  EXPECT_EQ(pipeline.next_end(), start + seconds(1));
  EXPECT_EQ(pipeline.late_since(), SteadyTime::max());
  EXPECT_EQ(pipeline.take_over(start + seconds(1)).size(), 1U);
  EXPECT_TRUE(pipeline.take_over(start + seconds(1)).empty());
  EXPECT_EQ(pipeline.next_end(), start + seconds(2));
  EXPECT_EQ(pipeline.late_since(), start + seconds(1));
  EXPECT_EQ(answers(pipeline, ":1\r\n").size(), 1U);
  EXPECT_EQ(pipeline.late_since(), SteadyTime::max());
}

TEST(Pipeline, HoldsSoManyCallsAndNoMore) {
  Pipeline pipeline;
  while (pipeline.has_room()) pipeline.add(call());
  EXPECT_EQ(pipeline.size(), Pipeline::kMostCalls);
  EXPECT_EQ(pipeline.take_all().size(), Pipeline::kMostCalls);
  EXPECT_TRUE(pipeline.empty());
}

TEST(Pipeline, WipedBytesAreGone) {
  std::string bytes(64, 'k');
  const char* const place = bytes.data();
  wipe(bytes);
  EXPECT_EQ(*place, '\0');
  EXPECT_TRUE(bytes.empty());
}

}  // namespace
}  // namespace tollgate::redis
