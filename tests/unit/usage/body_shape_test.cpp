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

std::optional<BodyShape> told(const std::string& text) {
  ShapeProbe probe;
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
                                    {"date", BodyShape::opaque},
                                    {"data ", BodyShape::opaque},
                                    {"WEBVTT", BodyShape::opaque},
                                    {"ID3", BodyShape::opaque},
                                    {"\xFF", BodyShape::opaque}}) {
    EXPECT_EQ(told(text), shape) << text;
  }
  for (const char* const open : {"", " ", "d", "event", "\nret"}) EXPECT_FALSE(told(open)) << open;
}

TEST(ShapeProbe, WaitsForNoEndOfBlanks) {
  EXPECT_FALSE(told(std::string(ShapeProbe::kMostBlanks, ' ')));
  EXPECT_EQ(told(std::string(ShapeProbe::kMostBlanks + 1, ' ')), BodyShape::opaque);
}

}  // namespace
}  // namespace tollgate::usage
