// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "every_way.hpp"
#include "outcome_words.hpp"
#include "tollgate/usage/usage_meter.hpp"

// What the meter makes of streams of JSON objects that are called JSON.
namespace tollgate::usage {
namespace {

std::string metered(BodyShape label, std::string_view body, bool complete = true) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(label);
    for (const std::string_view piece : pieces) meter.feed(piece);
    return words(meter.finish(complete));
  });
}

std::string called_json(std::string_view body, bool complete = true) {
  return metered(BodyShape::json, body, complete);
}

std::string counted(std::string_view body) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(BodyShape::json, {.count_text = true, .model = "gpt-4o"});
    for (const std::string_view piece : pieces) meter.feed(piece);
    const UsageOutcome outcome = meter.finish(true);
    return outcome.reason + ", generated " + std::to_string(outcome.generated_tokens.value_or(0));
  });
}

// The trail showed them as streams, and they were billed by our own count.
TEST(StreamCalledJson, IsReadByItsBytes) {
  const std::string delta =
      R"({"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"}{"}}],"usage":null})";
  const std::string usage = R"({"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":12,)"
                            R"("completion_tokens":5,"total_tokens":17}})";
  const std::string reported = "reported prompt=12 completion=5 total=17 model=m id=c";
  EXPECT_EQ(called_json(delta + "\n" + usage + "\n"), reported);
  EXPECT_EQ(called_json(" " + delta + usage), reported);
  EXPECT_EQ(called_json("\x1E" + delta + "\n\x1E" + usage + "\n"), reported);
  EXPECT_EQ(called_json("[" + delta + ",\r\n" + usage + "]"), reported);
  EXPECT_EQ(called_json(usage + "\n" + delta), reported) << "in any order";
  EXPECT_EQ(called_json(delta + "\n" + usage + "\n[DONE]\n"), reported + " terminal");
  EXPECT_EQ(called_json("mood: good\ndata\n\ndata: " + usage + "\n\n"), reported)
      << "with any first line";
  EXPECT_EQ(metered(BodyShape::server_sent_events, delta + "\n" + usage), reported)
      << "called events";
  EXPECT_EQ(called_json(delta + "\n" + usage.substr(0, 30), false),
            "none reason=answer_cut_off model=m id=c");
  EXPECT_EQ(counted(delta + "\n" + delta), "stream_without_usage, generated 2");
  EXPECT_EQ(counted("[" + delta + "," + delta + "]"), "stream_without_usage, generated 2");
}

TEST(StreamCalledJson, OneBodyAndWhatFollowsItIsNone) {
  const std::string body = R"({"id":"c","usage":{"prompt_tokens":1,"total_tokens":1}})";
  const std::string reported = "reported prompt=1 total=1 id=c terminal";
  for (const std::string behind : {"\n", " he said", "]", " and {\"usage\":{\"total_tokens\":9}}"})
    EXPECT_EQ(called_json(body + behind), reported) << behind;
  EXPECT_EQ(called_json("[]"), "none reason=no_usage_in_answer terminal");
  EXPECT_EQ(called_json("[1,{x}]"), "none reason=no_usage_in_answer terminal");
  EXPECT_EQ(called_json("data: {x}\n\n"), "none reason=not_json");
}

}  // namespace
}  // namespace tollgate::usage
