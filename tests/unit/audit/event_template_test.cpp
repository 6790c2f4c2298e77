// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "event_template.hpp"

#include <gtest/gtest.h>

#include "assembled.hpp"

namespace tollgate::audit {
namespace {

using nlohmann::json;

std::optional<std::string> matched(std::string_view known, std::string_view next) {
  GrowingValue value;
  const JsonFields event{JsonSlice(known)};
  EventTemplate last;
  last.learn(known, event, {&value, event["delta"]});
  const auto match = last.match(next);
  if (!match || match->size != next.size()) return std::nullopt;
  return std::string(match->by.raw());
}

TEST(EventTemplate, MatchesWhatDiffersInItsTextAndInWhatSaysNothing) {
  const std::string known = R"({"sequence_number":9,"delta":"a","obfuscation":"x","z":1})";
  EXPECT_EQ(matched(known, R"({"sequence_number":10,"delta":"b\n\"é","obfuscation":"","z":1})"),
            R"("b\n\"é")");
  for (const char* const other : {
           R"({"sequence_number":10,"delta":"b","obfuscation":"","z":2})",
           R"({"sequence_number":10,"delta":"b","obfuscation":"","z":1} )",
           R"({"sequence_number":010,"delta":"b","obfuscation":"","z":1})",
           R"({"sequence_number":10,"delta":"\u0041","obfuscation":"","z":1})",
           R"({"sequence_number":10,"delta":"\x","obfuscation":"","z":1})",
           R"({"sequence_number":10,"delta":7,"obfuscation":"","z":1})",
           R"({"sequence_number":10,"delta":"b","z":1})",
           "{\"sequence_number\":10,\"delta\":\"\xFF\",\"obfuscation\":\"\",\"z\":1}",
           "{\"sequence_number\":10,\"delta\":\"\n\",\"obfuscation\":\"\",\"z\":1}",
           R"({"sequence_number":10,"delta":"b)",
       }) {
    EXPECT_EQ(matched(known, other), std::nullopt) << other;
  }
}

/// In pieces events are read in full; whole ones by the template. Both must give the same.
TEST(EventTemplate, ReadsStreamsAsTheyAreReadInFull) {
  const auto chunk = [](const std::string& choices, const std::string& rest = "") {
    return data_event("{\"choices\":[" + choices + "],\"id\":\"c\",\"obfuscation\":\"q\"" + rest +
                      ",\"object\":\"chat.completion.chunk\"}");
  };
  const auto text = [](const std::string& written, const std::string& more = "") {
    return "{\"delta\":{\"content\":" + written + more + "},\"index\":0}";
  };
  const std::string stream =
      chunk(text("\"a\"")) + chunk(text("\"b\"")) + chunk(text("\"\\n\"")) +
      chunk(text("\"\\ud83d\"")) + chunk(text("\"\\ude00\"")) + chunk(text("\"é\"")) +
      chunk(text("\"x\xFF\"")) + chunk(text("null")) + chunk(text("\"c\"", ",\"refusal\":\"r\"")) +
      chunk(text("\"d\"", ",\"refusal\":\"r\"")) + chunk(text("\"e\"", ",\"content\":\"f\"")) +
      chunk(text("\"g\"", ",\"content\":\"f\"")) + chunk(text("\"h\"") + "," + text("\"i\"")) +
      chunk(text("\"j\"") + "," + text("\"i\"")) + chunk(text("\"k\""), ",\"model\":\"m\"") +
      chunk(text("\"l\""), ",\"model\":\"n\"") + chunk(text("\"m\""), ",\"choices\":[]") +
      chunk(text("\"n\""), ",\"choices\":[]") + "event: error\n" + chunk(text("\"o\"")) +
      "event: error\n" + chunk(text("\"p\"")) + chunk(text("\"q\"")) + "data: [DONE]\n\n";
  const json body = assembled(stream).json();
  EXPECT_EQ(body["choices"][0]["message"]["content"],
            "ab\n\xF0\x9F\x98\x80éx\xEF\xBF\xBD"
            "cdefgfhijiklmnpq");
  EXPECT_EQ(body["choices"][0]["message"]["refusal"], "rr");
  EXPECT_EQ(body["model"], "n");
}

TEST(EventTemplate, ReadsStreamsAlikeHoweverTheirEventsAreFramed) {
  const auto event = [](const std::string& before, const std::string& text,
                        const std::string& behind) {
    return before + R"({"choices":[{"delta":{"content":")" + text + R"("},"index":0}]})" + behind;
  };
  const std::string plain = "data: ";
  for (const std::string& end : {std::string("\n\n"), std::string("\r\n\r\n")}) {
    const std::string stream = event(plain, "a", end) + event(plain, "b", end) +
                               event("data:", "c", end) + event("data:", "d", end) +
                               event("id: 1\ndata: ", "e", end) + event("id: 1\ndata: ", "f", end) +
                               ": ping\n\n" + event(plain, "g", end) +
                               event(plain, "h", "\ndata: " + end) + event(plain, "i", end) + "\n" +
                               event(plain, "j", end) + event("", "no data", end) +
                               event("\n", "none", end) + event(plain, "k", "\nid: 2" + end) +
                               event(plain, "l", end) + event(plain, "m", end) + "data: [DONE]\n\n";
    const json body = assembled(stream).json();
    EXPECT_EQ(body["choices"][0]["message"]["content"], "abcdefghijklm") << body;
  }
}

TEST(EventTemplate, ReadsResponsesAsTheyAreReadInFull) {
  const auto delta = [](int number, const std::string& text) {
    return typed_event("response.output_text.delta",
                       "\"sequence_number\":" + std::to_string(number) +
                           R"(,"output_index":0,"content_index":0,"delta":")" + text + "\"");
  };
  const std::string stream =
      delta(9, "a") + delta(10, "b") + delta(11, "\\n") +
      typed_event(
          "response.content_part.added",
          R"("output_index":0,"content_index":0,"part":{"type":"output_text","text":"x"})") +
      delta(12, "c") + delta(13, "d") +
      typed_event("response.output_item.done", R"("output_index":0,"item":{"id":"i","n":1})") +
      delta(14, "e") + delta(15, "f");
  EXPECT_EQ(assembled(stream).json()["output"], json::parse(R"([{"id":"i","n":1}])"));
  EXPECT_EQ(
      assembled(stream.substr(0, stream.find("event: response.output_item")) + "data: [DONE]\n\n")
          .json()["output"],
      json::parse(R"([{"content":[{"type":"output_text","text":"xcd"}]}])"));
}

}  // namespace
}  // namespace tollgate::audit
