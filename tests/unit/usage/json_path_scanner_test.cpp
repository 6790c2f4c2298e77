// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/json_path_scanner.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tollgate::usage {
namespace {

constexpr std::string_view kPlaces[] = {"model", "**.file_id", "tools.container",
                                        "conversation.id"};
constexpr std::string_view kOwnData[] = {"**.metadata", "tools.function.parameters"};

const JsonPaths& paths() {
  static const JsonPaths out(kPlaces, kOwnData);
  return out;
}

/// The finds as "number:value@begin-end", or why there are none.
std::vector<std::string> found_in(std::string_view text, std::size_t piece = 1 << 20) {
  JsonPathScanner scanner(paths());
  for (std::size_t at = 0; at < text.size(); at += piece) scanner.feed(text.substr(at, piece));
  if (scanner.too_many()) return {"too many"};
  if (!scanner.well_formed()) return {"malformed"};
  std::vector<std::string> out;
  for (const PlacedText& one : scanner.found()) {
    EXPECT_EQ(text[one.begin], '"');
    EXPECT_EQ(text[one.end - 1], '"');
    out.push_back(std::to_string(one.path) + ":" + one.value);
  }
  return out;
}

using Finds = std::vector<std::string>;
const Finds kMalformed{"malformed"};

TEST(JsonPathScanner, FindsStringsAtDeclaredPlacesOnly) {
  const std::string text =
      R"({"model":"gpt-4o","conversation":{"id":"conv_1","model":"no"},"tools":[{"container":"c1"},)"
      R"({"container":{"file_id":"f1"}}],"container":"no","input":[{"content":[{"file_id":"f2"}]}],)"
      R"("x":{"conversation":{"id":"no"}},"file_id":["f3",["f4",{"id":"no"},"f5"]],"id":"no"})";
  const Finds expected{"0:gpt-4o", "3:conv_1", "2:c1", "1:f1", "1:f2", "1:f3", "1:f4", "1:f5"};
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 16U, 17U, 1000U}) {
    EXPECT_EQ(found_in(text, piece), expected) << piece;
  }
}

TEST(JsonPathScanner, AnyNameMayStandInAPlaceOfAPath) {
  constexpr std::array<std::string_view, 1> kAny{"**.graders.*.model"};
  const JsonPaths any(kAny);
  const std::string longer(60, 'n');
  for (const std::string& name : {std::string("a"), longer}) {
    JsonPathScanner scanner(any);
    scanner.feed(R"({"grader":{"graders":{")" + name + R"(":{"model":"m","x":{"model":"no"}}}}})");
    ASSERT_TRUE(scanner.well_formed());
    ASSERT_EQ(scanner.found().size(), 1U) << name;
    EXPECT_EQ(scanner.found()[0].value, "m");
  }
}

TEST(JsonPathScanner, AnObjectMayStandForItsId) {
  constexpr std::array<std::string_view, 2> kIds{"**.container", "model"};
  JsonPaths identified(kIds);
  identified.take_identified(0);
  JsonPathScanner scanner(identified);
  scanner.feed(R"({"container":{"type":"auto","ID":"a","x":{"id":"no"}},"id":"no",)"
               R"("tools":[{"container":[{"i\u0064":"b"},[{"id":{"id":"c"}}],"d"]}],)"
               R"("model":{"id":"no"}})");
  ASSERT_TRUE(scanner.well_formed());
  Finds found;
  for (const PlacedText& one : scanner.found()) found.push_back(one.value);
  EXPECT_EQ(found, (Finds{"a", "b", "c", "d"}));
}

TEST(JsonPathScanner, TellsWhereAValueStands) {
  const std::string text = R"( { "model" : "gpt-4o" } )";
  for (const std::size_t piece : {1U, 5U, 100U}) {
    JsonPathScanner scanner(paths());
    for (std::size_t at = 0; at < text.size(); at += piece) {
      scanner.feed(std::string_view(text).substr(at, piece));
    }
    ASSERT_EQ(scanner.found().size(), 1U);
    const PlacedText& one = scanner.found().front();
    EXPECT_EQ(text.substr(one.begin, one.end - one.begin), "\"gpt-4o\"");
  }
}

TEST(JsonPathScanner, ReadsNamesAndValuesInEveryGuise) {
  EXPECT_EQ(
      found_in(R"({"\u0066ile_\u0069d":"f\u0069le\u002d1","FILE_ID":"f2","fil\u00e9_id":"no"})"),
      (Finds{"1:file-1", "1:f2"}));
  EXPECT_EQ(found_in(R"({"model":"a\\\"b","file_id":"\""})"), (Finds{R"(0:a\"b)", "1:\""}));
}

TEST(JsonPathScanner, LooksPastTheClientsOwnData) {
  EXPECT_EQ(
      found_in(R"({"metadata":{"file_id":"no","x":{"file_id":"no"}},"file_id":"yes",)"
               R"("tools":[{"function":{"parameters":{"file_id":"no"},"file_id":"f"}}],)"
               R"("messages":[{"metadata":{"file_id":"no"}}],"parameters":{"file_id":"f2"}})"),
      (Finds{"1:yes", "1:f", "1:f2"}));
}

TEST(JsonPathScanner, TakesOnlyStrings) {
  EXPECT_EQ(found_in(R"({"file_id":null,"model":7,"tools":[{"container":true}]})"), Finds{});
  EXPECT_EQ(found_in("{}"), Finds{});
  EXPECT_EQ(found_in(" { } \r\n\t"), Finds{});
}

TEST(JsonPathScanner, CutsWhatIsTooLongToBeAName) {
  const std::string longest(256, 'x');
  EXPECT_EQ(found_in("{\"file_id\":\"" + longest + "\"}"), Finds{"1:" + longest});
  const Finds cut = found_in("{\"file_id\":\"" + std::string(100'000, 'x') + "\"}", 1000);
  EXPECT_EQ(cut, Finds{"1:" + std::string(257, 'x')});
  std::string escaped;
  for (int i = 0; i < 300; ++i) escaped += "\\u0078";
  const Finds also = found_in("{\"file_id\":\"" + escaped + "\"}");
  ASSERT_EQ(also.size(), 1U);
  EXPECT_GT(also.front().size(), 2 + 256U) << "it equals no name";
}

// A reader that sees other names and values than the gateway could be told another client's.
TEST(JsonPathScanner, RefusesWhatReadersOfJsonMayDisagreeAbout) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "{\"a\":1",
                           "{\"a\":1]",
                           "[1}",
                           "{\"a\" \"b\"}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\":1,}",
                           "[1,]",
                           "{,}",
                           "{\"a\":,}",
                           "{'a':1}",
                           "{a:1}",
                           "{\"a\":1}}",
                           "{\"a\":1}{}",
                           "{\"a\":NaN}",
                           "{\"a\":1/*x*/}",
                           "\xEF\xBB\xBF{}",
                           "{\"a\":\"b}",
                           "{\"a\":\"b\\\"}",
                           "[\"a\":1]",
                           "{\"a\":\"b\":\"c\"}",
                           "{\"a\"}",
                           ":",
                           ",",
                           "}",
                           "{}x",
                           "1 2",
                           "[]",
                           "[{\"model\":\"m\"}]",
                           "\"model\"",
                           "1",
                           "null",
                           "{\"a\":nan}",
                           "{\"a\":truefalse}",
                           "{\"a\":nul}",
                           "{\"a\":01}",
                           "{\"a\":+1}",
                           "{\"a\":1.}",
                           "{\"a\":0xab}",
                           "{\"file\\_id\":\"f\"}",
                           "{\"file_id\":\"\\x66\"}",
                           "{\"file_id\":\"\\u00g6\"}",
                           "{\"a\":\"\\'\"}",
                           "{\"a\":\"\t\"}",
                           "{\"a\":\"line\nbreak\"}",
                           "{\"file\x01_id\":\"f\"}",
                           "{\"file\xFF_id\":\"f\"}",
                           "{\"a\":\"\xC0\xA2,\"}",
                           "{\"a\":\"\xED\xA0\xBD\"}",
                           "{\"a\":\"\xC3\"}",
                           "{\"a\":\"\xC3\\u0041\"}"}) {
    EXPECT_EQ(found_in(text), kMalformed) << text;
    EXPECT_EQ(found_in(text, 1), kMalformed) << text;
  }
}

// What real clients send is taken, as odd as it looks.
TEST(JsonPathScanner, TakesEveryObjectThatIsValidJson) {
  for (const char* text :
       {R"({"a":"\ud83d\ude00 \u0000 \uD83D cut \/ \b\f\n\r\t\\\" \u00e9","file_id":"f"})",
        "{\"\":\"\",\"\xC3\xA9\":\"\xF0\x9F\x98\x80\x7F \xE2\x80\xA8\",\"file_id\":\"f\"}",
        R"({"a":[-0,0.5,1e9,-12.75E+10,true,false,null,[],{},[[]]],"file_id":"f"})",
        " \r\n\t{\"file_id\" : \"f\"}\n\n  "}) {
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 16U, 1000U}) {
      EXPECT_EQ(found_in(text, piece), Finds{"1:f"}) << text;
    }
  }
  EXPECT_EQ(found_in(R"({"model":"a","model":"b","file_id":"\ud83d"})"),
            (Finds{"0:a", "0:b", R"(1:\ud83d)"}))
      << "both are seen, and half a character equals no name";
}

// Byte by byte: whatever one byte of a good text becomes, it is taken only if it is JSON still.
TEST(JsonPathScanner, TakesWhatAnIndependentReaderTakesAndNoMore) {
  const std::string good =
      R"({"model":"m","x":[1.5,-2e3,true,null,{"file_id":"\u0066\n"}],"y":{},"z":false})";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[at] = static_cast<char>(byte);
      const bool valid = nlohmann::json::accept(text);
      ASSERT_EQ(found_in(text) != kMalformed, valid) << at << " " << text;
    }
  }
}

TEST(JsonPathScanner, HasBounds) {
  const auto nested = [](std::size_t depth) {
    return "{\"file_id\":" + std::string(depth, '[') + "\"f\"" + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(found_in(nested(JsonPathScanner::kDeepest - 1)), Finds{"1:f"});
  EXPECT_EQ(found_in(nested(JsonPathScanner::kDeepest)), kMalformed);
  EXPECT_EQ(found_in(nested(5'000'000)), kMalformed);
  const auto many = [](std::size_t count) {
    std::string out = "{\"file_id\":[\"f\"";
    for (std::size_t i = 1; i < count; ++i) out.append(",\"f\"");
    return out.append("]}");
  };
  EXPECT_EQ(found_in(many(JsonPathScanner::kMostFound)).size(), JsonPathScanner::kMostFound);
  EXPECT_EQ(found_in(many(JsonPathScanner::kMostFound + 1)), Finds{"too many"});
}

TEST(JsonPathScanner, IsReadyForTheNextLine) {
  JsonPathScanner scanner(paths());
  scanner.feed("{\"file_id\":\"f1\" x");
  EXPECT_FALSE(scanner.well_formed());
  scanner.reset();
  scanner.feed("{\"model\":\"m\"}");
  EXPECT_TRUE(scanner.well_formed());
  ASSERT_EQ(scanner.found().size(), 1U);
  EXPECT_EQ(scanner.found().front().begin, 9U);
}

}  // namespace
}  // namespace tollgate::usage
