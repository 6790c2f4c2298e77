// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_stripper.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "every_way.hpp"

namespace tollgate::usage {
namespace {

std::string strip(std::string_view stream) {
  return read_every_way(stream, [](const Pieces& pieces) {
    UsageStripper stripper;
    std::string out;
    for (const std::string_view piece : pieces) stripper.feed(piece, out);
    stripper.finish(out);
    return out;
  });
}

/// A stream as written here, where <...> stands for what include_usage alone brings in.
struct Stream {
  std::string with;
  std::string without;
};

Stream marked(std::string_view text) {
  Stream out;
  bool optional = false;
  for (const char c : text) {
    if (c == '<' || c == '>') {
      optional = c == '<';
      continue;
    }
    out.with.push_back(c);
    if (!optional) out.without.push_back(c);
  }
  return out;
}

struct Case {
  std::string name;
  std::string stream;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class Stripped : public testing::TestWithParam<Case> {};

// Promise 5: the client gets the bytes it would have got had the gateway not asked for usage.
TEST_P(Stripped, IsTheStreamWithoutTheOption) {
  const Stream stream = marked(GetParam().stream);
  EXPECT_EQ(strip(stream.with), stream.without);
}

TEST_P(Stripped, LeavesAStreamWithoutTheOptionAlone) {
  const Stream stream = marked(GetParam().stream);
  EXPECT_EQ(strip(stream.without), stream.without);
}

const std::string kAzure =
    "data: "
    "{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"prompt_filter_results\":[{}]}\n\n"
    "data: "
    "{\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":null}],\"id\":\"c\"<,\"usage\":"
    "null>}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"\xC3\xBC "
    "\\\"usage\\\":null}\"}}]<,\"usage\":null>,"
    "\"x\":1}\n\n"
    "data: "
    "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"id\":\"c\"<,\"usage\":null>}\n\n"
    "<data: {\"choices\":[],\"id\":\"c\",\"usage\":{\"prompt_tokens\":3,\"total_tokens\":5}}\n\n>"
    "data: [DONE]\n\n";

std::string with_line_end(const std::string& end) {
  std::string out;
  for (const char c : kAzure) out.append(c == '\n' ? end : std::string(1, c));
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Streams, Stripped,
    testing::Values(
        Case{"azure", kAzure}, Case{"crlf", with_line_end("\r\n")}, Case{"cr", with_line_end("\r")},
        Case{"mixed_ends",
             "data: {\"a\":1<,\"usage\":null>}\r\n\ndata: {\"a\":2<,\"usage\":null>}\n\r\n"
             "<data: {\"choices\":[],\"usage\":{}}\r\n\r\n>data: {\"a\":3<,\"usage\":null>}\r\r"},
        Case{"no_blank",
             "data:{\"a\":1<,\"usage\":null>}\n\n<data:{\"usage\":{},\"choices\":[]}\n\n>"},
        Case{"blanks_in_json",
             "data: { \"a\" : 1< , \"usage\" : null> }\n\n"
             "<data: { \"choices\" : [ ] , \"usage\" : {} }\n\n>"},
        Case{"usage_first",
             "data: {<\"usage\":null,>\"a\":1}\n\n<data: {\"usage\":{},\"choices\":[]}\n\n>"},
        Case{"only_usage", "data: {<\"usage\":null>}\n\n"},
        Case{"other_fields",
             ": ping\n\nevent: x\nid: 1\ndata: {\"a\":1<,\"usage\":null>}\nretry: 5\n\n"},
        Case{"empty_lines", "\n\n\ndata: {\"a\":1<,\"usage\":null>}\n\n\n\n"},
        Case{"byte_order_mark", "\xEF\xBB\xBF" + kAzure},
        Case{"byte_order_mark_and_usage",
             "\xEF\xBB\xBF"
             "data: {\"a\":1<,\"usage\":null>}\n\n"},
        Case{"usage_and_filter_results",
             "data: {\"id\":\"c\",\"choices\":[],\"prompt_filter_results\":[{}]<,\"usage\":"
             "{\"total_tokens\":1}>}\n\n"},
        Case{"usage_before_filter_results",
             "data: {<\"usage\":{\"total_tokens\":1},>\"choices\":[],\"x_moderation\":{}}\n\n"},
        Case{"first_event", "<data: {\"choices\":[],\"usage\":{\"total_tokens\":1}}\n\n>"},
        Case{"dropped_crlf_before_an_empty_line",
             "<data: {\"choices\":[],\"usage\":{}}\r\n\r\n>\r\ndata: [DONE]\r\n\r\n"}),
    [](const auto& info) { return info.param.name; });

// What the option did not bring in stays, however much it looks so.
INSTANTIATE_TEST_SUITE_P(
    Untouched, Stripped,
    testing::Values(
        Case{"nested", "data: {\"choices\":[{\"usage\":null}],\"x\":{\"usage\":null}}\n\n"},
        Case{"in_a_string", "data: {\"choices\":[{\"text\":\"{\\\"usage\\\":null}\"}]}\n\n"},
        Case{"with_choices",
             "data: {\"choices\":[{\"index\":0}],\"usage\":{\"total_tokens\":1}}\n\n"},
        Case{"without_choices", "data: {\"id\":\"c\",\"usage\":{\"total_tokens\":1}}\n\n"},
        Case{"twice", "data: {\"usage\":null,\"a\":1,\"usage\":null}\n\n"},
        Case{"several_data_lines", "data: {\"choices\":[],\ndata: \"usage\":{}}\n\n"},
        Case{"no_data_line", "event: {\"choices\":[],\"usage\":{}}\n: \"usage\"\n\n"},
        Case{"malformed", "data: {\"choices\":[],\"usage\":{}\n\ndata: \"usage\":null\n\n"},
        Case{"in_a_list", "data: [{\"choices\":[],\"usage\":{}}]\n\n"},
        Case{"no_stream", "{\"choices\":[],\"usage\":{}}"}, Case{"nothing", ""},
        Case{"unfinished_event", "data: {\"choices\":[],\"usage\":{\"total_tokens\":1}}\n"}),
    [](const auto& info) { return info.param.name; });

std::string strip_as(BodyShape label, std::string_view body) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageStripper stripper(label);
    std::string out;
    for (const std::string_view piece : pieces) stripper.feed(piece, out);
    stripper.finish(out);
    return out;
  });
}

TEST(UsageStripper, GoesByTheBytesWhereTheLabelIsNotThatOfAStream) {
  for (const BodyShape label : {BodyShape::unsure, BodyShape::json}) {
    const std::string usage = "data: {\"choices\":[],\"usage\":{}}\n\n";
    EXPECT_EQ(strip_as(label, "\n: ping\n\n" + usage), "\n: ping\n\n");
    EXPECT_EQ(strip_as(label, "mood: good\ndata\n\n" + usage), "mood: good\ndata\n\n");
    const std::string json = "{\"choices\":[],\"usage\":{}}";
    for (const std::string& body : {json, "no " + usage, std::string("dat"), std::string(" \n")})
      EXPECT_EQ(strip_as(label, body), body);
  }
}

TEST(UsageStripper, OfObjectsTheSameGoesAsOfEvents) {
  const std::string a = "{\"a\":\"}{\"<,\"usage\":null>}";
  const std::string usage = "{\"choices\":[],\"usage\":{\"total_tokens\":1}}";
  const std::string more = "{\"choices\":[],\"x\":{}<,\"usage\":{}>}";
  for (const std::string& written :
       {a + "\n" + a + "\n<" + usage + "\n>", a + "\r\n<" + usage + "\r\n>" + a + "\r\n",
        a + "<" + usage + ">" + a, "<" + usage + "\n>" + a + "\n", a + "\n" + more + "\n",
        "\x1E" + a + "\n<\x1E" + usage + "\n>", a + "\n<" + usage + "\n>[DONE]\n",
        "[" + a + "<,\n" + usage + ">\n]", "[" + a + "<," + usage + ">," + a + "]",
        "[<" + usage + ",>" + a + "]", "[<" + usage + ">]", "\n[\n" + a + "\n]\n",
        "\xEF\xBB\xBF" + a + "\n<" + usage + "\n>"}) {
    const Stream stream = marked(written);
    for (const BodyShape label :
         {BodyShape::unsure, BodyShape::json, BodyShape::server_sent_events}) {
      EXPECT_EQ(strip_as(label, stream.with), stream.without);
      EXPECT_EQ(strip_as(label, stream.without), stream.without);
    }
  }
}

TEST(UsageStripper, WhatIsNoStreamOfObjectsStays) {
  const std::string usage = "{\"choices\":[],\"usage\":{}}";
  for (const std::string& body :
       {usage, std::string("{\"a\":1,\"usage\":null}\n"), usage + " he said " + usage,
        "[Music] " + usage, "{ oh\n" + usage, usage + "\n[DONE} " + usage,
        std::string("{\"a\":1}\n{\"usage\":null")}) {
    EXPECT_EQ(strip_as(BodyShape::unsure, body), body);
  }
}

TEST(UsageStripper, PassesEachObjectOnOnceItHasEnded) {
  UsageStripper stripper(BodyShape::unsure);
  std::string out;
  stripper.feed(" {\"a\"", out);
  EXPECT_EQ(out, " ");
  stripper.feed(":1}\n", out);
  EXPECT_EQ(out, " {\"a\":1}\n") << "with its line's end";
  const std::string text(UsageStripper::kHoldLimit, 'x');
  stripper.feed("{\"a\":\"" + text, out);
  EXPECT_EQ(out.size(), text.size() + 15) << "one too long to judge passes";
  stripper.feed("\",\"usage\":null}{\"a\":1,\"usage\":null}", out);
  EXPECT_TRUE(out.ends_with("\",\"usage\":null}{\"a\":1}"));
}

TEST(UsageStripper, PassesEachEventOnOnceItHasEnded) {
  UsageStripper stripper;
  std::string out;
  stripper.feed("data: {\"a\":1}\n", out);
  EXPECT_EQ(out, "");
  stripper.feed("\ndata: {", out);
  EXPECT_EQ(out, "data: {\"a\":1}\n\n");
  stripper.finish(out);
  EXPECT_EQ(out, "data: {\"a\":1}\n\ndata: {");
}

TEST(UsageStripper, HoldsNoMoreThanItsLimit) {
  const std::string text(UsageStripper::kHoldLimit, 'x');
  UsageStripper stripper;
  std::string out;
  stripper.feed("data: {\"choices\":[],\"x\":\"" + text, out);
  EXPECT_EQ(out.size(), text.size() + 25) << "an event too long to judge passes";
  out.clear();
  stripper.feed("\",\"usage\":{}}\r\n\r\n", out);
  EXPECT_EQ(out, "\",\"usage\":{}}\r\n\r\n");
  out.clear();
  stripper.feed("data: {\"choices\":[],\"usage\":{}}\n\ndata: {\"a\":1,\"usage\":null}\n\n", out);
  EXPECT_EQ(out, "data: {\"a\":1}\n\n") << "the next one is judged again";
}

}  // namespace
}  // namespace tollgate::usage
