// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "every_way.hpp"
#include "outcome_words.hpp"
#include "tollgate/usage/json_paths.hpp"
#include "tollgate/usage/usage_meter.hpp"

// What the meter makes of answers whose label says nothing sure.
namespace tollgate::usage {
namespace {

std::string unsure(std::string_view body, bool complete = true) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(BodyShape::unsure);
    for (const std::string_view piece : pieces) meter.feed(piece);
    return words(meter.finish(complete));
  });
}

const std::string kDelta =
    R"({"id":"c-1","model":"m","choices":[{"delta":{"content":"a}{\"b"},"index":0}],"usage":null})";
const std::string kUsage =
    R"({"id":"c-1","model":"m","choices":[],)"
    R"("usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}})";
const std::string kReported = "reported prompt=12 completion=5 total=17 model=m id=c-1";

TEST(UnsureAnswer, AStreamIsReadWhateverItIsCalled) {
  const std::string events = "data: " + kDelta + "\n\ndata: " + kUsage + "\n\n";
  EXPECT_EQ(unsure(events + "data: [DONE]\n\n"), kReported + " terminal");
  EXPECT_EQ(unsure(": ping\n\n" + events), kReported);
  EXPECT_EQ(unsure("\r\n\xEF\xBB\xBFid: 7\n" + events), kReported);
  for (const std::string first : {"data\n", ":\n", "retry: 5\n", "mood: good\n", "mood\r\n\r\n"})
    EXPECT_EQ(unsure(first + "\n" + events), kReported) << first;
}

TEST(UnsureAnswer, SoIsOneOfObjectsAlone) {
  EXPECT_EQ(unsure(kDelta + "\n" + kUsage + "\n"), kReported);
  EXPECT_EQ(unsure(kDelta + kUsage), kReported) << "one behind another";
  EXPECT_EQ(unsure("[" + kDelta + ",\r\n" + kUsage + "]"), kReported) << "in an array";
  EXPECT_EQ(unsure("\x1E" + kDelta + "\n\x1E" + kUsage + "\n"), kReported) << "RFC 7464";
  EXPECT_EQ(unsure(kUsage + "\n[DONE]\n"), kReported + " terminal");
  EXPECT_EQ(unsure("{\n\"id\":\"c-1\"\r\n}\n" + kUsage), kReported) << "over several lines";
  EXPECT_EQ(unsure(kDelta + "\n" + kDelta.substr(0, 40), false),
            "none reason=answer_cut_off model=m id=c-1");
}

TEST(UnsureAnswer, SoIsOneObject) {
  EXPECT_EQ(unsure(kUsage), kReported + " terminal");
  EXPECT_EQ(unsure(" " + kUsage + "\n"), kReported + " terminal");
  EXPECT_EQ(unsure(R"({"error":{"code":"429"}})"), "none reason=error_answer error=429 terminal");
  EXPECT_EQ(unsure(kUsage.substr(0, kUsage.size() - 1), false),
            "partial prompt=12 completion=5 total=17 reason=answer_cut_off model=m id=c-1");
}

TEST(UnsureAnswer, WhatOnlyBeginsAsOneIsOpaque) {
  for (const std::string body :
       {"[Music]", "[Music] {} and {}", "{ oh", "data: is what he said\n\n", ": )", "id", "  ",
        "1\n00:00 --> 00:01\nHi", "<html>{}</html>", "ID3\x04"}) {
    EXPECT_EQ(unsure(body), "none reason=opaque_body") << body;
  }
  EXPECT_EQ(unsure(kUsage + " he said"), "none reason=opaque_body");
  EXPECT_EQ(unsure("He said " + kUsage), "none reason=opaque_body");
  EXPECT_EQ(unsure(kUsage + " and " + kUsage), "none reason=opaque_body");
  EXPECT_EQ(unsure(""), "none reason=empty_answer");
}

TEST(UnsureAnswer, ItsTextIsCountedAndItsIdsAreFound) {
  UsageMeter counted(BodyShape::unsure, {.count_text = true});
  counted.feed(kDelta + "\n" + kDelta + "\n");
  EXPECT_NE(counted.finish(true).generated_tokens.value_or(0), 0);
  const std::vector<std::string_view> at{"id"};
  const JsonPaths paths(at);
  for (const std::string& body : {kDelta, kDelta + "\n" + kUsage, "data: " + kDelta + "\n\n"}) {
    UsageMeter meter(BodyShape::unsure, {.ids_at = &paths});
    meter.feed(body);
    EXPECT_EQ(meter.finish(true).left_ids, std::vector<std::string>{"c-1"}) << body;
  }
}

TEST(UnsureAnswer, AnIdIsKnownWhileItsStreamStillRuns) {
  UsageMeter meter(BodyShape::unsure);
  meter.feed(kDelta + "\n{");
  EXPECT_EQ(meter.so_far().response_id, "c-1");
}

}  // namespace
}  // namespace tollgate::usage
