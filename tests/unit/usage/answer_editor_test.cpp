// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/answer_editor.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>

#include "every_way.hpp"
#include "tollgate/usage/json_path_scanner.hpp"

namespace tollgate::usage {
namespace {

constexpr std::array<std::string_view, 3> kPaths{"**.id", "**.file_ids", "top"};
constexpr std::array<std::string_view, 1> kBlind{"**.metadata{}"};

/// Whatever begins with `id-` is an id.
class Marks : public Replacement {
 public:
  std::optional<std::string> of(std::size_t, std::string_view value) override {
    if (!value.starts_with("id-") || value.size() > JsonPathScanner::kLongestValue) return {};
    return "<" + std::string(value.substr(3)) + ">";
  }
};

std::string edited(std::string_view answer, BodyShape label = BodyShape::unsure) {
  return read_every_way(answer, [&](const Pieces& pieces) {
    static const JsonPaths paths(kPaths, kBlind);
    Marks marks;
    AnswerEditor editor(label, paths, marks);
    std::string out;
    for (const std::string_view piece : pieces) editor.feed(piece, out);
    editor.finish(out);
    return out;
  });
}

/// An answer in which @x@ stands for the string "id-x" where it is to be replaced.
struct Case {
  std::string name;
  std::string answer;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string with(const std::string& answer, const std::string& front, const std::string& back) {
  std::string out;
  bool inside = false;
  for (const char c : answer) {
    if (c != '@') {
      out.push_back(c);
      continue;
    }
    out.append(inside ? back : front);
    inside = !inside;
  }
  return out;
}

class Edited : public testing::TestWithParam<Case> {};

TEST_P(Edited, HasTheOthersAndElseTheSameBytes) {
  const std::string before = with(GetParam().answer, "\"id-", "\"");
  EXPECT_EQ(edited(before), with(GetParam().answer, "\"<", ">\""));
}

INSTANTIATE_TEST_SUITE_P(
    AnswerEditor, Edited,
    testing::Values(
        Case{"Object", R"({"id":@1@,"x":"id-2","a":[{"id": @3@ }],"file_ids":[@4@,["n",@5@]]})"},
        Case{"Pretty", "{\r\n  \"id\" : @1@,\n\t\"text\": \"say \\\"id-1\\\"\"\n}\n"},
        Case{"ClientsOwn", R"({"metadata":{"id":"id-1"},"id":@2@})"},
        Case{"NotAtDepth", R"({"top":@1@,"a":{"top":"id-2"}})"},
        Case{"OtherValues", R"({"id":null,"file_ids":["x",7,{}],"id":true,"ID":@1@})"},
        Case{"InText", R"({"text":"{\"id\":\"id-1\"}","id":"no-1"})"},
        Case{"Lines", "{\"id\":@1@}\n{\"id\":@2@}\n"}, Case{"Array", R"([{"id":@1@},{"id":@2@}])"},
        Case{"Events",
             "event: made\ndata: {\"id\":@1@}\n\ndata:{\"a\":{\"id\":@2@}}\r\n\r\n"
             ": {\"id\":\"id-3\"}\n\nid: \"id-4\"\ndata: [DONE]\n\n"},
        Case{"DataInLines", "data: {\"id\":\ndata: @1@,\ndata: \"file_ids\":[@2@\ndata: ]}\n\n"},
        Case{"EventThatIsNoJson", "data: \"id\": \"id-1\"\n\ndata: {\"id\":@2@}\n\n"},
        Case{"CutOff", "data: {\"id\":@1@,\"a\":\"b"},
        Case{"CutOffInAnId", "{\"id\":@1@,\"id\":\"id-"}, Case{"Words", "id: id-1, no JSON"},
        Case{"Nothing", ""}),
    [](const auto& info) { return info.param.name; });

TEST(AnswerEditor, LeavesWhatIsCalledSomethingElseAlone) {
  EXPECT_EQ(edited(R"({"id":"id-1"})", BodyShape::opaque), R"({"id":"id-1"})");
}

TEST(AnswerEditor, ReadsAnEscapedIdAsJsonDoes) {
  EXPECT_EQ(edited(R"({"id":"\u0069d-1"})"), R"({"id":"<1>"})");
}

TEST(AnswerEditor, LetsALongStringPassAtAnIdsPlace) {
  for (const std::size_t size : {253U, 254U, 1'000U, 5'000U}) {
    const std::string body = R"({"id":"id-)" + std::string(size, 'x') + R"(","id":"id-2"})";
    const std::string out = edited(body);
    EXPECT_EQ(out.find("<2>") != out.npos, true);
    EXPECT_EQ(out.find("<x") != out.npos, size <= 253) << size;
  }
}

TEST(AnswerEditor, HoldsNothingBackButTheStringItself) {
  static const JsonPaths paths(kPaths, kBlind);
  Marks marks;
  AnswerEditor editor(BodyShape::server_sent_events, paths, marks);
  std::string out;
  editor.feed("data: {\"delta\":\"Hel", out);
  EXPECT_EQ(out, "data: {\"delta\":\"Hel");
  editor.feed("lo\",\"id\":\"id-", out);
  EXPECT_EQ(out, "data: {\"delta\":\"Hello\",\"id\":");
  editor.feed("1\"", out);
  EXPECT_EQ(out, "data: {\"delta\":\"Hello\",\"id\":\"<1>\"");
}

}  // namespace
}  // namespace tollgate::usage
