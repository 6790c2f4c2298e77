// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_scanner.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "every_way.hpp"

namespace tollgate::usage {
namespace {

constexpr std::array<std::pair<const char*, Member>, 9> kMembers{
    {{"id", Member::id},
     {"model", Member::model},
     {"usage", Member::usage},
     {"error", Member::error},
     {"status", Member::status},
     {"type", Member::type},
     {"incomplete", Member::incomplete_details},
     {"finish", Member::finish_reason},
     {"statusCode", Member::status_code}}};

/// "name=value;..." of what was captured, as it stood; then "." once the outermost value has been
/// closed.
std::string captured(const JsonScanner& scanner) {
  std::string out;
  for (const auto& [name, member] : kMembers) {
    const JsonScanner::Captured& found = scanner.member(member);
    if (!found.present) continue;
    out.append(name).append("=").append(found.overflow ? "(too long)" : found.bytes).append(";");
  }
  return out + (scanner.complete() ? "." : "");
}

std::string scan(std::string_view json) {
  return read_every_way(json, [](const Pieces& pieces) {
    JsonScanner scanner;
    for (const std::string_view piece : pieces) scanner.feed(piece);
    return captured(scanner);
  });
}

TEST(JsonScanner, CapturesTheMembersOfAnAnswer) {
  EXPECT_EQ(
      scan(R"({"choices":[{"index":0,"finish_reason":"stop","message":{"content":"hi"}}],)"
           R"("id":"c-1","model":"gpt-4o","usage":{"prompt_tokens":3,"total_tokens":5}})"),
      R"(id="c-1";model="gpt-4o";usage={"prompt_tokens":3,"total_tokens":5};finish="stop";.)");
  EXPECT_EQ(scan(R"({"statusCode":401,"message":"no"})"), "statusCode=401;.");
}

TEST(JsonScanner, CountsTheMembersOfAResponseAsThoseOfTheAnswer) {
  EXPECT_EQ(scan(R"({"type":"response.completed","response":{"id":"r","status":"completed",)"
                 R"("usage":{"input_tokens":1},"type":"nested"},"sequence_number":7})"),
            R"(id="r";usage={"input_tokens":1};status="completed";type="response.completed";.)");
}

TEST(JsonScanner, IgnoresBlanksAroundEverything) {
  EXPECT_EQ(scan("\r\n\t{ \"id\" : \"a\" ,\n \"usage\"\t:\r\n{ \"total_tokens\" : 1 } } \n"),
            R"(id="a";usage={ "total_tokens" : 1 };.)");
}

TEST(JsonScanner, ReadsEscapedKeys) {
  EXPECT_EQ(scan(R"({"us\u0061ge":{"total_tokens":1},"mo\"del":"x"})"),
            R"(usage={"total_tokens":1};.)");
}

// J5: the names of members mean something only where an answer has them.
TEST(JsonScanner, TakesNoMemberFromTheWrongPlace) {
  const std::string usage = R"("usage":{"total_tokens":666})";
  for (const std::string& json : std::vector<std::string>{
           R"({"data":[{)" + usage + "}]}", R"({"metadata":{)" + usage + "}}",
           R"({"choices":[{)" + usage + R"(,"delta":{"finish_reason":"x"}}]})",
           R"({"choices":{"finish_reason":"x",)" + usage + "}}",
           R"({"choices":[[{"finish_reason":"x"}]]})", R"({"response":[{)" + usage + "}]}",
           R"({"response":{"response":{)" + usage + "}}}",
           R"({"response":{"choices":[{"finish_reason":"x"}]}})", "[{" + usage + "}]",
           R"({"text":"{\"usage\":{\"total_tokens\":666}}"})", R"({"text":"\\","a":"\"usage\":1"})",
           R"({"usage_bytes":666,"Usage":{"total_tokens":666},"usag":1})",
           R"(["usage",{"total_tokens":666}])", R"({"a":["usage",":",{"total_tokens":666}]})"}) {
    EXPECT_EQ(scan(json), ".") << json;
  }
}

// J2: the rule is fixed: the last one counts, unless it is null.
TEST(JsonScanner, TakesTheLastOfSeveral) {
  EXPECT_EQ(scan(R"({"usage":{"total_tokens":1},"usage":{"total_tokens":2}})"),
            R"(usage={"total_tokens":2};.)");
  EXPECT_EQ(scan(R"({"usage":{"total_tokens":1},"usage":null,"model":null})"),
            R"(usage={"total_tokens":1};.)");
  EXPECT_EQ(scan(R"({"choices":[{"finish_reason":"a"},{"finish_reason":null},{}]})"),
            R"(finish="a";.)");
}

TEST(JsonScanner, CapturesAnyKindOfValue) {
  for (const char* const value : {"0", "-1.5e3", "true", "\"x\"", "\"\"", "[]", "[1,[2,\"]\"]]",
                                  "{}", R"({"a":{"b":["}",{}]}})", R"("\"}{[]\\")"}) {
    EXPECT_EQ(scan("{\"usage\":" + std::string(value) + ",\"z\":1}"),
              "usage=" + std::string(value) + ";.");
  }
}

TEST(JsonScanner, KnowsOnlyWhatHasEnded) {
  EXPECT_EQ(scan(R"({"id":"a","usage":{"total_tokens":5)"), R"(id="a";)");
  EXPECT_EQ(scan(R"({"usage":5)"), "") << "55 may still come";
  EXPECT_EQ(scan(R"({"usage":{"total_tokens":5})"), R"(usage={"total_tokens":5};)")
      << "its own bracket ends an object";
  EXPECT_EQ(scan(R"({"usage":{"total_tokens":5},)"), R"(usage={"total_tokens":5};)");
}

TEST(JsonScanner, ReadsNothingBehindTheEnd) {
  EXPECT_EQ(scan(R"({"id":"a"}{"id":"b"})"), R"(id="a";.)");
  EXPECT_EQ(scan(R"({"id":"a"}}]"id":"b")"), R"(id="a";.)");
}

// J3, J8: whatever comes, there are no members in it.
TEST(JsonScanner, FindsNothingInWhatIsNoJson) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, " \n"sv, "}"sv, "]]]"sv, "\"usage\":1"sv, "<html><b>\"usage\":{}</b></html>"sv,
        "\xEF\xBB\xBF"sv, "\0\0\0"sv, "\xFF\xFE{"sv, "null"sv, "{\"usage"sv, "{\"usage\\"sv}) {
    EXPECT_EQ(scan(text).find("usage="), std::string::npos) << text;
  }
}

// J1
TEST(JsonScanner, GoesToAnyDepth) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  JsonScanner scanner;
  scanner.feed("{\"a\":" + deep + ",\"usage\":{\"total_tokens\":1}}");
  EXPECT_EQ(captured(scanner), R"(usage={"total_tokens":1};.)");
}

TEST(JsonScanner, MarksWhatIsTooLongToKeep) {
  const std::string most(JsonScanner::kCapture - 2, 'x');
  EXPECT_TRUE(scan("{\"model\":\"" + most + "\"}") == "model=\"" + most + "\";.");
  EXPECT_EQ(scan("{\"model\":\"" + most + "y\",\"id\":\"a\"}"), R"(id="a";model=(too long);.)");
}

TEST(JsonScanner, StartsOver) {
  JsonScanner scanner;
  scanner.feed(R"({"usage":{"total_tokens":1},"choices":[{"a":"un)");
  scanner.reset();
  EXPECT_FALSE(scanner.started());
  scanner.feed(R"({"id":"b"})");
  EXPECT_EQ(captured(scanner), R"(id="b";.)");
}

TEST(JsonScanner, TellsStructureFromScalars) {
  const auto structured = [](std::string_view text) {
    JsonScanner scanner;
    scanner.feed(text);
    return scanner.structured();
  };
  EXPECT_TRUE(structured("[1"));
  EXPECT_FALSE(structured("\"{\""));
  EXPECT_FALSE(structured("17"));
}

TEST(CapturedString, IsTheUnescapedTextOfAStringOnly) {
  const auto text = [](std::string bytes, bool present = true, bool overflow = false) {
    return captured_string({std::move(bytes), {}, present, overflow});
  };
  EXPECT_EQ(text(R"("a\n\u00e4")"), "a\n\xC3\xA4");
  EXPECT_EQ(text("17"), "");
  EXPECT_EQ(text(R"("\ud800")"), "");
  EXPECT_EQ(text(R"("a")", false), "");
  EXPECT_EQ(text(R"("a")", true, true), "");
}

}  // namespace
}  // namespace tollgate::usage
