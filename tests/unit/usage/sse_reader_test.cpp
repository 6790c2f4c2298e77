// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sse_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "every_way.hpp"

namespace tollgate::usage {
namespace {

/// Writes down the usage of each event, "-" for an event without one, and "DONE".
class Notes : public SseEvents {
 public:
  explicit Notes(bool may_skip) : may_skip_(may_skip) {}

  void on_event(const JsonScanner& data) override {
    const auto& usage = data.member(Member::usage);
    note(usage.present ? usage.bytes : "-");
  }
  void on_done() override { note("DONE"); }
  bool may_skip_plain() const override { return may_skip_; }
  void take_text(std::string_view) override {}

  std::string text;

 private:
  void note(const std::string& what) { text.append(text.empty() ? "" : " ").append(what); }
  bool may_skip_;
};

std::string events(std::string_view stream, bool may_skip = false) {
  return read_every_way(stream, [&](const Pieces& pieces) {
    Notes notes(may_skip);
    SseReader reader(notes);
    for (const std::string_view piece : pieces) reader.feed(piece);
    return notes.text;
  });
}

TEST(SseReader, EndsLinesWithLfCrOrBoth) {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    const std::string stream = "data: {\"usage\":1}" + end + end + "data: {\"usage\":2}" + end +
                               end + "data: [DONE]" + end + end;
    EXPECT_EQ(events(stream), "1 2 DONE") << testing::PrintToString(end);
  }
  EXPECT_EQ(events("data:{\"usage\":1}\r\n\ndata:{\"usage\":2}\r\rdata:{\"usage\":3}\n\r\n"),
            "1 2 3");
}

TEST(SseReader, TakesDataWithAndWithoutABlank) {
  EXPECT_EQ(events("data:{\"usage\":1}\n\ndata:  {\"usage\":2}\n\n"), "1 2");
  EXPECT_EQ(events("data:[DONE]\n\n"), "DONE");
  EXPECT_EQ(events("data:  [DONE]\n\n"), "-") << "one blank is taken off, not two";
}

TEST(SseReader, JoinsDataLines) {
  EXPECT_EQ(events("data: {\"us\ndata: age\":1}\n\n"), "-") << "a line feed stands between them";
  EXPECT_EQ(events("data: {\ndata\ndata: \"usage\"\ndata: :1\ndata:}\n\n"), "1");
  EXPECT_EQ(events("data: [DO\ndata: NE]\n\n"), "-");
}

TEST(SseReader, IgnoresCommentsAndOtherFields) {
  EXPECT_EQ(events(": ping\n\n:\n\nevent: x\nid: 1\nretry: 5\ndata: {\"usage\":1}\n: c\n\n"), "1");
  EXPECT_EQ(events("dat: {\"usage\":1}\n\ndatas: {\"usage\":1}\n\n data: {\"usage\":1}\n\n"), "");
  EXPECT_EQ(events("Data: {\"usage\":1}\n\nda\n\ndatadata: {\"usage\":1}\n\n"), "");
  EXPECT_EQ(events("data\n\ndata:\n\n"), "") << "an event with empty data is none";
}

TEST(SseReader, SkipsOneByteOrderMarkAtTheStart) {
  EXPECT_EQ(events("\xEF\xBB\xBF"
                   "data: {\"usage\":1}\n\ndata: {\"usage\":2}\n\n"),
            "1 2");
  EXPECT_EQ(events("\xEF\xBB"
                   "data: {\"usage\":1}\n\ndata: {\"usage\":2}\n\n"),
            "2");
  EXPECT_EQ(events("data: {\"usage\":1}\n\n\xEF\xBB\xBF"
                   "data: {\"usage\":2}\n\n"),
            "1");
}

// S4: what no blank line ended was never sent.
TEST(SseReader, DropsAnEventThatTheStreamCutOff) {
  EXPECT_EQ(events("data: {\"usage\":1}\n\ndata: {\"usage\":2}\n"), "1");
  EXPECT_EQ(events("data: {\"usage\":1}\n\ndata: {\"usage\":2}"), "1");
  EXPECT_EQ(events("data: [DONE]"), "");
}

TEST(SseReader, KeepsEventsApart) {
  EXPECT_EQ(events("data: {\"usage\":1,\"a\":[{\n\ndata: {\"usage\":2}\n\n"), "2") << "no JSON";
  EXPECT_EQ(events("data: {\"usage\":1}\n\ndata: {}\n\n"), "1 -");
  EXPECT_EQ(events("data: [DONE]\n\ndata: {\"usage\":1}\n\ndata: [DONE]\n\n"), "DONE 1 DONE");
}

// What a stream is made of: none of it may hide an event that says something, however it is cut.
TEST(SseReader, SkipsOnlyWhatCannotMatter) {
  EXPECT_EQ(
      events(
          "data: {\"usage\":1}\n\ndata: {\"usage\" : 2}\n\ndata: {\"response\":{\"usage\":3}}\n\n"
          "data: [DONE]\n\n",
          true),
      "1 2 3 DONE");
  // One that is skipped is not noted; "-" are events that were looked at.
  Notes notes(true);
  SseReader reader(notes);
  reader.feed(
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n"
      "data: {\"choices\":[{\"finish_reason\":null}]}\n\n");
  EXPECT_EQ(notes.text, "");
  for (const char* const matters :
       {R"({"choices":[{"finish_reason":"stop"}],"usage":null})",
        R"({"choices":[{"finish_reason": "stop"}],"usage":null})",
        R"({"choices":[{"finish_reason":null},{"finish_reason" :"stop"}]})",
        R"({"error":{"code":"x"},"usage":null})", R"({"type":"error","code":"x"})"}) {
    EXPECT_EQ(events("data: " + std::string(matters) + "\n\n", true), "-") << matters;
  }
  EXPECT_EQ(events("data: {\"usage\":{\"total_tokens\":1},\"usage\":null}\n\n", true),
            "{\"total_tokens\":1}");
}

TEST(SseReader, TakesAnEventOfAnySize) {
  const std::string text(20 * 1024, 'x');
  EXPECT_EQ(events("event: response.created\ndata: {\"response\":{\"instructions\":\"" + text +
                   "\",\"usage\":null}}\n\ndata: {\"usage\":1}\n\n"),
            "- 1");
}

}  // namespace
}  // namespace tollgate::usage
