// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "generated_text.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/usage/usage_meter.hpp"

// The text that a stream generated is counted alike however its events are cut: whole events go
// another way than pieces of them.
namespace tollgate::usage {
namespace {

struct Case {
  const char* name;
  std::vector<std::string> events;
  std::string text;  ///< what they generate, together
};

std::string chat(const std::string& delta) {
  return R"({"id":"c","object":"chat.completion.chunk","model":"gpt-4o","choices":[{"index":0,"delta":)" +
         delta + R"(,"finish_reason":null}]})";
}

const std::vector<Case> kCases{
    {"chat",
     {chat(R"({"role":"assistant","content":""})"), chat(R"({"content":"Blue"})"),
      chat(R"({"content":" is the sky."})"), chat("{}")},
     "Blue is the sky."},
    {"escapes",
     {chat(R"({"content":"a \"quoted\" word\n"})"), chat(R"({"content":"\u00e9t\u00e9"})")},
     "a \"quoted\" word\nété"},
    {"text that looks like members",
     {chat(R"({"content":"{\"delta\":{\"content\":\"no\"}}"})")},
     R"({"delta":{"content":"no"}})"},
    {"completions",
     {R"({"id":"t","choices":[{"text":"One","index":0}]})",
      R"({"id":"t","choices":[{"text":" two","index":0}]})"},
     "One two"},
    {"responses",
     {R"({"type":"response.output_text.delta","delta":"Blue"})",
      R"({"type":"response.output_text.delta","delta":" sky"})"},
     "Blue sky"},
    {"tool calls",
     {chat(R"({"tool_calls":[{"index":0,"function":{"name":"find","arguments":"{\"a\":1}"}}]})")},
     R"(find{"a":1})"},
    {"two choices",
     {R"({"choices":[{"index":0,"delta":{"content":"left"}},{"index":1,"delta":{"content":" right"}}]})"},
     "left right"}};

std::string stream_of(const Case& one) {
  std::string out;
  for (const std::string& event : one.events) out.append("data: ").append(event).append("\n\n");
  return out;
}

std::optional<std::int64_t> counted(std::string_view stream, std::size_t piece) {
  UsageMeter meter(BodyShape::server_sent_events, {.count_text = true, .model = "gpt-4o"});
  for (; !stream.empty(); stream.remove_prefix(std::min(piece, stream.size()))) {
    meter.feed(stream.substr(0, piece));
  }
  return meter.finish(true).generated_tokens;
}

std::optional<std::int64_t> tokens_of(std::string_view text) {
  GeneratedText counter("gpt-4o");
  counter.add(text);
  return counter.count("gpt-4o");
}

TEST(GeneratedText, IsCountedAlikeHoweverItsEventsAreCut) {
  for (const Case& one : kCases) {
    const std::string stream = stream_of(one);
    const auto expected = tokens_of(one.text);
    ASSERT_TRUE(expected.has_value());
    for (const std::size_t piece :
         {stream.size(), std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
      EXPECT_EQ(counted(stream, piece), expected) << one.name << " in pieces of " << piece;
    }
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
      UsageMeter meter(BodyShape::server_sent_events, {.count_text = true, .model = "gpt-4o"});
      meter.feed(std::string_view(stream).substr(0, cut));
      meter.feed(std::string_view(stream).substr(cut));
      ASSERT_EQ(meter.finish(true).generated_tokens, expected) << one.name << " cut at " << cut;
    }
  }
}

// Promise 8: 64 MiB without a word break, in memory that does not grow.
TEST(GeneratedText, TakesAnEndlessWord) {
  UsageMeter meter(BodyShape::server_sent_events, {.count_text = true, .model = "gpt-4o"});
  const std::string chunk =
      "data: " + chat("{\"content\":\"" + std::string(64 * 1024, 'a') + "\"}") + "\n\n";
  for (int i = 0; i < 64; ++i) meter.feed(chunk);
  const struct mallinfo2 before = ::mallinfo2();
  for (int i = 0; i < 960; ++i) meter.feed(chunk);
  const struct mallinfo2 after = ::mallinfo2();
  EXPECT_LE(after.uordblks + after.hblkhd, before.uordblks + before.hblkhd + 64 * 1024);
  const UsageOutcome outcome = meter.finish(true);
  EXPECT_EQ(outcome.reason, "stream_without_usage,counted_by_rate");
  EXPECT_NEAR(static_cast<double>(*outcome.generated_tokens), 1024.0 * 8192, 82'000);
}

TEST(GeneratedText, IsUnknownWhereNothingWasGenerated) {
  EXPECT_EQ(counted("data: [DONE]\n\n", 64), std::nullopt);
}

}  // namespace
}  // namespace tollgate::usage
