// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/body_shape.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace tollgate::usage {
namespace {

TEST(BodyShape, FollowsTheContentType) {
  for (const char* const type : {"application/json", "Application/JSON; charset=utf-8", "text/json",
                                 "application/problem+json", " application/json ;x=y"}) {
    EXPECT_EQ(body_shape(type), BodyShape::json) << type;
  }
  for (const char* const type : {"text/event-stream", "TEXT/Event-Stream;charset=utf-8"}) {
    EXPECT_EQ(body_shape(type), BodyShape::server_sent_events) << type;
  }
  for (const char* const type :
       {"", " ", "; charset=utf-8", "Text/Plain; charset=utf-8", "application/octet-stream",
        "application/x-ndjson", "application/jsonl", "text/html; x=application/json",
        "text/event-streams"}) {
    EXPECT_EQ(body_shape(type), BodyShape::unsure) << type;
  }
  for (const char* const type : {"audio/mpeg", "image/png", "application/pdf", "json", "texts/x"}) {
    EXPECT_EQ(body_shape(type), BodyShape::opaque) << type;
  }
}

std::optional<BodyShape> told(const std::string& text, BodyShape label = BodyShape::unsure) {
  ShapeProbe probe(label);
  std::optional<BodyShape> out;
  for (std::size_t i = 0; i < text.size() && !out; ++i) out = probe.feed({&text[i], 1});
  return out;
}

TEST(ShapeProbe, TheFirstBytesTell) {
  for (const auto& [text, shape] : {std::pair("{", BodyShape::json),
                                    {" \n[", BodyShape::json},
                                    {"\x1E{", BodyShape::json},
                                    {"\xEF\xBB\xBF"
                                     "data:",
                                     BodyShape::server_sent_events},
                                    {": ping", BodyShape::server_sent_events},
                                    {"event:x", BodyShape::server_sent_events},
                                    {"\n\nid:", BodyShape::server_sent_events},
                                    {"retry:", BodyShape::server_sent_events},
                                    {"\xFF", BodyShape::opaque},
                                    {"ID3\x04", BodyShape::opaque}}) {
    EXPECT_EQ(told(text), shape) << text;
  }
  for (const char* const open : {"", " ", "d", "event", "\nret", "date", "data ", "WEBVTT\n\n1\n"})
    EXPECT_FALSE(told(open)) << open;
}

// By the standard a stream may begin so (parsing an event stream).
TEST(ShapeProbe, AStreamMayBeginWithAnyLine) {
  for (const char* const begin : {"data\n", "event\r", "id\n", "retry\r\n", "retry: 5\n", ":\n",
                                  "mood: good\n:", "mood\r\n\r\ndata:", "data : x\nid:"}) {
    EXPECT_EQ(told(begin), BodyShape::server_sent_events) << begin;
    EXPECT_EQ(told(begin, BodyShape::json), BodyShape::server_sent_events) << begin;
  }
}

TEST(ShapeProbe, TheLabelCountsWhereNothingTells) {
  for (const char* const text : {"d", "mood", "<html>", "\xFF"})
    EXPECT_EQ(told(text, BodyShape::server_sent_events), BodyShape::server_sent_events) << text;
  EXPECT_EQ(told("{", BodyShape::server_sent_events), BodyShape::json);
  EXPECT_EQ(told("\x01", BodyShape::json), BodyShape::opaque);
}

TEST(ShapeProbe, WaitsForNoEnd) {
  const std::string blanks(ShapeProbe::kMostHeld, ' ');
  EXPECT_FALSE(told(blanks));
  EXPECT_EQ(told(blanks + " "), BodyShape::opaque);
  EXPECT_EQ(told(blanks + " ", BodyShape::json), BodyShape::json);
  const std::string words(ShapeProbe::kMostHeld, 'w');
  EXPECT_FALSE(told(words));
  EXPECT_EQ(told(words + "w"), BodyShape::opaque);
  ShapeProbe probe;
  EXPECT_EQ(probe.feed(words + "\ndata:"), BodyShape::opaque) << "however it is cut";
}

}  // namespace
}  // namespace tollgate::usage
