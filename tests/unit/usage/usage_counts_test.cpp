// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_counts.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "outcome_words.hpp"

namespace tollgate::usage {
namespace {

std::string counts(std::string_view json) {
  const UsageCounts read = parse_usage(json);
  EXPECT_EQ(read.any_count, read.tokens.prompt || read.tokens.completion || read.tokens.total);
  return words(read.tokens) + (read.malformed ? " malformed" : "") +
         (read.is_object ? "" : "no object") + (read.duration_only ? "duration" : "");
}

/// What keeps the counts from being all that is billed.
std::string missing(std::string_view json) {
  const UsageCounts read = parse_usage(json);
  return std::string(read.incomplete ? "incomplete" : "") +
         (read.uncounted.any() ? read.uncounted.reason() : "");
}

TEST(UsageCounts, AreIncompleteWithoutThePromptOrTheCompletion) {
  EXPECT_EQ(missing(R"({"output_tokens":5})"), "incomplete");
  EXPECT_EQ(missing(R"({"prompt_tokens":5})"), "incomplete");
  EXPECT_EQ(missing(R"({"prompt_tokens":5,"total_tokens":8})"), "incomplete");
  EXPECT_EQ(missing(R"({"completion_tokens":5,"total_tokens":8})"), "incomplete");
  EXPECT_EQ(missing(R"({"total_tokens":8})"), "incomplete");
  EXPECT_EQ(missing(R"({"prompt_tokens":5,"total_tokens":5})"), "") << "an embedding";
  EXPECT_EQ(missing(R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})"), "");
}

TEST(UsageCounts, OfOneToldTwiceTheLastHolds) {
  EXPECT_EQ(
      parse_usage(R"({"prompt_tokens":1,"completion_tokens":2,"prompt_tokens":7})").tokens.prompt,
      7);
}

TEST(UsageCounts, ContradictEachOtherWhereAPartIsMoreThanItsWhole) {
  const auto contradict = [](const std::string& more, int total = 15) {
    return parse_usage(R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":)" +
                       std::to_string(total) + more + "}")
        .contradictory;
  };
  EXPECT_FALSE(contradict(""));
  EXPECT_FALSE(contradict("", 20)) << "something is counted beside";
  EXPECT_TRUE(contradict("", 14));
  for (const char* of : {"cached_tokens", "audio_tokens", "image_tokens", "cache_write_tokens"}) {
    const std::string details = R"(,"prompt_tokens_details":{")" + std::string(of) + "\":";
    EXPECT_FALSE(contradict(details + "10}")) << of;
    EXPECT_TRUE(contradict(details + "11}")) << of;
  }
  EXPECT_TRUE(contradict(R"(,"prompt_tokens_details":{"audio_tokens":6,"image_tokens":5})"))
      << "together";
  EXPECT_FALSE(contradict(R"(,"prompt_tokens_details":{"cached_tokens":6,"audio_tokens":6})"))
      << "cached audio, maybe";
  EXPECT_TRUE(contradict(R"(,"prompt_tokens_details":{"cached_tokens":6,"audio_tokens":6,)"
                         R"("cached_tokens_details":{"audio_tokens":0}})"));
  const std::string reasoning = R"(,"completion_tokens_details":{"reasoning_tokens":50})";
  EXPECT_TRUE(contradict(reasoning));
  EXPECT_FALSE(contradict(reasoning, 65)) << "beside the completion";
}

TEST(UsageCounts, TellWhatElseIsBilled) {
  const auto with = [](const std::string& more) {
    return missing(R"({"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,)" + more + "}");
  };
  EXPECT_EQ(with(R"("seconds":1.5)"), "not_all_counted,seconds");
  EXPECT_EQ(with(R"("input_characters":7,"images":1)"), "not_all_counted,characters,images");
  EXPECT_EQ(with(R"("server_tool_use":{"web_search_requests":2})"), "not_all_counted,requests");
  for (const char* number : {R"("search_units":2)", R"("audio_duration":2.5)", R"("image_count":1)",
                             R"("pages_processed":2)", R"("web_search":{"count":1})"}) {
    EXPECT_EQ(with(number), "not_all_counted,other_numbers") << number;
  }
  EXPECT_EQ(with(R"("cache_creation_input_tokens":9)"), "not_all_counted,other_tokens");
  EXPECT_EQ(with(R"("prompt_tokens_details":{"video_tokens":4})"), "not_all_counted,other_tokens");
  EXPECT_EQ(with(R"("input_tokens_details":{"cached_tokens_details":{"video_tokens":4}})"),
            "not_all_counted,other_tokens");
  EXPECT_EQ(with(R"("input_tokens_details":{"cached_tokens_details":)"
                 R"({"audio_tokens":4,"image_tokens":1,"text_tokens":2}})"),
            "");
  EXPECT_EQ(with(R"("seconds":0,"cache_creation_input_tokens":0,"x_tokens":null)"), "");
  EXPECT_EQ(with(R"("prompt_tokens_details":{"text_tokens":4,"image_tokens":1})"), "");
  EXPECT_EQ(with(R"("latency_checkpoint":{"total_duration_ms":9,"engine_ttft_ms":8})"), "");
}

TEST(UsageCounts, KnowTokensThatAreWrittenToTheCacheAndThoseOfImagesMade) {
  EXPECT_EQ(counts(R"({"input_tokens":9,"input_tokens_details":{"cache_write_tokens":4},)"
                   R"("output_tokens":7,"output_tokens_details":{"image_tokens":6}})"),
            "prompt=9 completion=7 cache_write=4 image_out=6");
}

TEST(UsageCounts, KnowOfWhichKindTheCachedTokensAre) {
  EXPECT_EQ(
      counts(R"({"input_tokens":90,"input_token_details":{"text_tokens":30,"audio_tokens":50,)"
             R"("image_tokens":10,"cached_tokens":42,"cached_tokens_details":)"
             R"({"text_tokens":20,"audio_tokens":16,"image_tokens":6}},"output_tokens":7})"),
      "prompt=90 completion=7 cached=42 audio_in=50 image=10 cached_audio=16 cached_image=6");
  EXPECT_EQ(counts(R"({"input_tokens":9,"output_tokens":7,)"
                   R"("output_tokens_details":{"cached_tokens_details":{"audio_tokens":1}}})"),
            "prompt=9 completion=7")
      << "in no details of what went in";
}

TEST(UsageCounts, KnowSecondsToTheMillisecond) {
  const auto length = [](std::string_view json) { return parse_usage(json).duration_ms; };
  EXPECT_EQ(length(R"({"type":"duration","seconds":9})"), 9000);
  EXPECT_EQ(length(R"({"seconds":8.4704})"), 8470);
  EXPECT_EQ(length(R"({"seconds":0})"), 0);
  EXPECT_EQ(length(R"({"seconds":-1})"), std::nullopt);
  EXPECT_EQ(length(R"({"seconds":1e300})"), std::nullopt);
  EXPECT_EQ(length(R"({"seconds":"9"})"), std::nullopt);
  EXPECT_EQ(length(R"({"seconds":9,"total_tokens":3})"), std::nullopt) << "billed by tokens";
}

struct Case {
  std::string name;
  std::string usage;
  std::string expected;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class UsageShape : public testing::TestWithParam<Case> {};

TEST_P(UsageShape, IsRead) { EXPECT_EQ(counts(GetParam().usage), GetParam().expected); }

// azure-protocol.md 1.5
INSTANTIATE_TEST_SUITE_P(
    Azure, UsageShape,
    testing::Values(
        Case{"C_2024", R"({"completion_tokens":10,"prompt_tokens":19,"total_tokens":29})",
             "prompt=19 completion=10 total=29"},
        Case{"C_full",
             R"({"completion_tokens":30,"completion_tokens_details":{"accepted_prediction_tokens":4,
                "audio_tokens":2,"reasoning_tokens":16,"rejected_prediction_tokens":1},
                "prompt_tokens":1200,"prompt_tokens_details":{"audio_tokens":3,"cached_tokens":1024,
                "text_tokens":100,"image_tokens":73},"total_tokens":1230})",
             "prompt=1200 completion=30 total=1230 cached=1024 reasoning=16 audio_in=3 audio_out=2 "
             "image=73 accepted=4 rejected=1"},
        Case{"C_latency_checkpoint",
             R"({"completion_tokens":1,"latency_checkpoint":{"engine_tbt_ms":8,"x":9},
                "prompt_tokens":2,"service_tier_details":{"latency_checkpoint":{"x":1}},
                "total_tokens":3})",
             "prompt=2 completion=1 total=3"},
        Case{"C_null_details",
             R"({"completion_tokens":5,"completion_tokens_details":null,"prompt_tokens":4,
                "prompt_tokens_details":null,"reasoning_tokens":3,"total_tokens":9})",
             "prompt=4 completion=5 total=9 reasoning=3"},
        Case{"C_null_in_details",
             R"({"completion_tokens":5,"prompt_tokens":4,"total_tokens":9,
                "prompt_tokens_details":{"audio_tokens":null,"cached_tokens":0}})",
             "prompt=4 completion=5 total=9 cached=0"},
        Case{"R",
             R"({"input_tokens":33,"input_tokens_details":{"cached_tokens":0},"output_tokens":12,
                "output_tokens_details":{"reasoning_tokens":8},"total_tokens":45})",
             "prompt=33 completion=12 total=45 cached=0 reasoning=8"},
        Case{"embeddings", R"({"prompt_tokens":8,"total_tokens":8})", "prompt=8 total=8"},
        Case{"I",
             R"({"total_tokens":100,"input_tokens":50,"output_tokens":50,
                "input_tokens_details":{"text_tokens":10,"image_tokens":40}})",
             "prompt=50 completion=50 total=100 image=40"},
        Case{"T_tokens",
             R"({"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":0,
                "audio_tokens":14},"output_tokens":45,"total_tokens":59})",
             "prompt=14 completion=45 total=59 audio_in=14"},
        Case{"T_duration", R"({"type":"duration","seconds":3})", "duration"},
        Case{"T_duration_fraction", R"({"type":"duration","seconds":8.47})", "duration"},
        Case{"realtime",
             R"({"total_tokens":253,"input_tokens":132,"output_tokens":121,
                "input_token_details":{"text_tokens":119,"audio_tokens":13,"image_tokens":0,
                "cached_tokens":64,"cached_tokens_details":{"text_tokens":64,"audio_tokens":0}},
                "output_token_details":{"text_tokens":30,"audio_tokens":91}})",
             "prompt=132 completion=121 total=253 cached=64 audio_in=13 audio_out=91 image=0 "
             "cached_audio=0"},
        Case{"assistants", R"({"prompt_tokens":500,"completion_tokens":20,"total_tokens":520})",
             "prompt=500 completion=20 total=520"}),
    [](const auto& info) { return info.param.name; });

// J4, J5: a count is a whole number from 0 to 2^53, or unknown and said to be so; never a guess.
INSTANTIATE_TEST_SUITE_P(
    Odd, UsageShape,
    testing::Values(
        Case{"empty", "{}", ""}, Case{"unknown_only", R"({"usage_bytes":5})", ""},
        Case{"explicit_zeroes", R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})",
             "prompt=0 completion=0 total=0"},
        Case{"null_counts", R"({"prompt_tokens":null,"total_tokens":7})", "total=7"},
        Case{"whole_floats", R"({"prompt_tokens":12.0,"total_tokens":1e3})",
             "prompt=12 total=1000"},
        Case{"largest", R"({"total_tokens":9007199254740992})", "total=9007199254740992"},
        Case{"above_largest", R"({"total_tokens":9007199254740994})", " malformed"},
        Case{"negative", R"({"prompt_tokens":-1,"total_tokens":5})", "total=5 malformed"},
        Case{"negative_zero", R"({"total_tokens":-0})", "total=0"},
        Case{"fraction", R"({"total_tokens":1.5})", " malformed"},
        Case{"string", R"({"total_tokens":"12"})", " malformed"},
        Case{"boolean", R"({"total_tokens":true})", " malformed"},
        Case{"array", R"({"total_tokens":[12]})", " malformed"},
        Case{"two_to_63", R"({"prompt_tokens":9223372036854775808,"total_tokens":5})",
             "total=5 malformed"},
        Case{"bad_detail", R"({"total_tokens":5,"prompt_tokens_details":{"cached_tokens":-4}})",
             "total=5 malformed"},
        Case{"details_no_object", R"({"total_tokens":5,"prompt_tokens_details":[1]})", "total=5"},
        Case{"second_name_when_first_is_null", R"({"prompt_tokens":null,"input_tokens":4})",
             "prompt=4"},
        Case{"infinite", R"({"total_tokens":1e999})", "no object"},
        Case{"twenty_digits", R"({"total_tokens":18446744073709551616})", "no object"},
        Case{"invalid_utf8", "{\"total_tokens\":1,\"a\":\"\xFF\"}", "no object"},
        Case{"cut", R"({"total_tokens":1)", "no object"}, Case{"list", "[1]", "no object"},
        Case{"text", R"("12")", "no object"}, Case{"number", "12", "no object"},
        Case{"nothing", "", "no object"}),
    [](const auto& info) { return info.param.name; });

TEST(ErrorCode, IsTheCodeElseTheType) {
  EXPECT_EQ(parse_error_code(R"({"code":"content_filter","type":"x"})"), "content_filter");
  EXPECT_EQ(parse_error_code(R"({"code":429})"), "429");
  EXPECT_EQ(parse_error_code(R"({"code":"invalid_request_error",)"
                             R"("innererror":{"code":"ResponsibleAIPolicyViolation"}})"),
            "content_filter");
  EXPECT_EQ(parse_error_code(R"({"code":"400","inner_error":{"code":"content_filter"}})"),
            "content_filter");
  EXPECT_EQ(parse_error_code(R"({"code":"content_policy_violation"})"), "content_policy_violation")
      << "as it is called";
  EXPECT_EQ(parse_error_code(R"({"code":null,"type":"server_error"})"), "server_error");
  EXPECT_EQ(parse_error_code(R"({"code":"","type":"server_error"})"), "server_error");
  EXPECT_EQ(parse_error_code(R"({"message":"no code"})"), "");
  EXPECT_EQ(parse_error_code(R"("boom")"), "");
  EXPECT_EQ(parse_error_code(R"({"code":"a\nb)" + std::string(200, 'x') + "\"}"), "(too long)");
}

TEST(IncompleteReason, IsReadFromItsObject) {
  EXPECT_EQ(parse_incomplete_reason(R"({"reason":"max_output_tokens"})"), "max_output_tokens");
  EXPECT_EQ(parse_incomplete_reason("{}"), "");
  EXPECT_EQ(parse_incomplete_reason("[]"), "");
}

}  // namespace
}  // namespace tollgate::usage
