// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "every_way.hpp"
#include "json_scanner.hpp"
#include "tollgate/usage/request_scan.hpp"

// The scanners against a parser that builds the whole document, over random JSON full of the names
// they look for.
namespace tollgate::usage {
namespace {

using nlohmann::ordered_json;

class RandomJson {
 public:
  explicit RandomJson(unsigned seed) : random_(seed) {}

  std::string object(int depth) {
    std::string out = "{" + blank();
    const auto first = static_cast<std::size_t>(any(kNames.size()));
    const std::size_t count = any(6);
    for (std::size_t i = 0; i < count; ++i) {
      // Seven and the number of names have no common divisor: no name comes twice.
      const std::string_view name = kNames[(first + 7 * i) % kNames.size()];
      out.append(i == 0 ? "" : "," + blank())
          .append("\"")
          .append(name)
          .append("\"")
          .append(blank());
      out.append(":").append(blank()).append(value(depth - 1)).append(blank());
    }
    return out.append("}");
  }

 private:
  static constexpr std::array<std::string_view, 16> kNames{"id",
                                                           "model",
                                                           "us\\u0061ge",
                                                           "error",
                                                           "status",
                                                           "choices",
                                                           "response",
                                                           "finish_reason",
                                                           "stream",
                                                           "stream_options",
                                                           "include_usage",
                                                           "user",
                                                           "\\\"usage\\\"",
                                                           "data",
                                                           "x}",
                                                           "["};

  std::size_t any(std::size_t bound) { return random_() % bound; }
  std::string blank() { return any(4) == 0 ? " \n" : ""; }

  std::string value(int depth) {
    static constexpr std::array<std::string_view, 10> kScalars{
        "null",         "true",
        "false",        "0",
        "-1.5e3",       "\"\"",
        "\"a\"",        "\"\\\"usage\\\":{\"",
        "\"}],{\\\\\"", "\"\\u00e4\xC3\xA4\""};
    if (depth <= 0 || any(3) == 0) return std::string(kScalars[any(kScalars.size())]);
    if (any(3) != 0) return object(depth);
    std::string out = "[";
    const std::size_t count = any(4);
    for (std::size_t i = 0; i < count; ++i) out.append(i == 0 ? "" : ",").append(value(depth - 1));
    return out.append("]");
  }

  std::mt19937 random_;
};

/// What the scanner must have captured under this name: from the answer or the object under
/// `response`, whichever stands last, but never null.
ordered_json expected_member(const ordered_json& root, const std::string& name) {
  ordered_json out;
  for (const auto& [key, value] : root.items()) {
    if (key == name && !value.is_null()) out = value;
    if (key != "response" || !value.is_object() || !value.contains(name)) continue;
    if (!value[name].is_null()) out = value[name];
  }
  return out;
}

TEST(JsonDifferential, CapturesWhatAParserFinds) {
  constexpr std::array<std::pair<const char*, Member>, 5> kMembers{{{"id", Member::id},
                                                                    {"model", Member::model},
                                                                    {"usage", Member::usage},
                                                                    {"error", Member::error},
                                                                    {"status", Member::status}}};
  int captured = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const std::string text = RandomJson(seed).object(4);
    const ordered_json root = ordered_json::parse(text);
    std::mt19937 random(seed);
    const CutInput cut(text, [&] { return std::size_t{1} + random() % 24; });
    JsonScanner scanner;
    for (const std::string_view piece : cut.pieces()) scanner.feed(piece);
    EXPECT_TRUE(scanner.complete()) << text;
    for (const auto& [name, member] : kMembers) {
      const JsonScanner::Captured& found = scanner.member(member);
      const ordered_json value = found.present ? ordered_json::parse(found.bytes) : ordered_json();
      EXPECT_EQ(value, expected_member(root, name)) << name << " of " << text;
      captured += found.present ? 1 : 0;
    }
  }
  EXPECT_GT(captured, 150);
}

TEST(JsonDifferential, RewritesOnlyWhatItMeansTo) {
  int injected = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const std::string text = RandomJson(seed).object(4);
    const Result<RequestScan> scan = scan_request(text);
    ASSERT_TRUE(scan) << text;
    const ordered_json root = ordered_json::parse(text);
    const auto is_true = [](const ordered_json& value) { return value == true; };
    EXPECT_EQ(scan->stream, root.contains("stream") && is_true(root["stream"])) << text;
    RequestScan streaming = *scan;
    streaming.stream = true;
    if (!may_inject_include_usage(streaming, "v1")) continue;
    ++injected;
    nlohmann::json wanted(root);
    wanted["stream_options"]["include_usage"] = true;
    EXPECT_EQ(nlohmann::json::parse(with_include_usage(text, *scan)), wanted) << text;
  }
  EXPECT_GT(injected, 100);
}

}  // namespace
}  // namespace tollgate::usage
