// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "every_way.hpp"
#include "outcome_words.hpp"
#include "tollgate/usage/usage_meter.hpp"

// What the meter makes of whole JSON answers.
namespace tollgate::usage {
namespace {

std::string meter(BodyShape shape, std::string_view body, bool complete = true) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(shape);
    for (const std::string_view piece : pieces) meter.feed(piece);
    return words(meter.finish(complete));
  });
}

std::string json(std::string_view body, bool complete = true) {
  return meter(BodyShape::json, body, complete);
}

struct Case {
  std::string name;
  std::string body;
  std::string expected;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class JsonAnswer : public testing::TestWithParam<Case> {};

TEST_P(JsonAnswer, IsMetered) { EXPECT_EQ(json(GetParam().body), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    Shapes, JsonAnswer,
    testing::Values(
        Case{"chat",
             R"({"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},
                "finish_reason":"stop","index":0,"logprobs":null,"message":{"content":"Hi",
                "refusal":null,"role":"assistant"}}],"created":1774879742,"id":"chatcmpl-1",
                "model":"gpt-4.1-mini-2025-04-14","object":"chat.completion",
                "prompt_filter_results":[{"prompt_index":0}],"system_fingerprint":"fp_1",
                "usage":{"completion_tokens":10,"completion_tokens_details":{"reasoning_tokens":0},
                "prompt_tokens":19,"prompt_tokens_details":{"cached_tokens":0},
                "total_tokens":29}})",
             "reported prompt=19 completion=10 total=29 cached=0 reasoning=0 "
             "model=gpt-4.1-mini-2025-04-14 finish=stop id=chatcmpl-1 terminal"},
        Case{"chat_filtered_without_message",
             R"({"choices":[{"finish_reason":"content_filter","index":0}],"id":"c","model":"gpt-4o",
                "usage":{"completion_tokens":0,"prompt_tokens":9,"total_tokens":9}})",
             "reported prompt=9 completion=0 total=9 model=gpt-4o finish=content_filter id=c "
             "terminal"},
        Case{"completions",
             R"({"id":"cmpl-1","object":"text_completion","model":"gpt-35-turbo","choices":[{"text":
                "hi","index":0,"finish_reason":"length"}],"usage":{"prompt_tokens":1,
                "completion_tokens":2,"total_tokens":3}})",
             "reported prompt=1 completion=2 total=3 model=gpt-35-turbo finish=length id=cmpl-1 "
             "terminal"},
        Case{"embeddings",
             R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-2e-3]}],
                "model":"text-embedding-ada-002","usage":{"prompt_tokens":8,"total_tokens":8}})",
             "reported prompt=8 total=8 model=text-embedding-ada-002 terminal"},
        Case{"usage_before_data",
             R"({"usage":{"prompt_tokens":8,"total_tokens":8},"model":"m","data":[{"usage":[]}]})",
             "reported prompt=8 total=8 model=m terminal"},
        Case{"responses",
             R"({"id":"resp_1","object":"response","status":"completed","model":"gpt-5.1",
                "error":null,"incomplete_details":null,"output":[{"status":"in_progress",
                "id":"msg_1"}],"usage":{"input_tokens":33,"input_tokens_details":{
                "cached_tokens":0},
                "output_tokens":12,"output_tokens_details":{"reasoning_tokens":8},
                "total_tokens":45}})",
             "reported prompt=33 completion=12 total=45 cached=0 reasoning=8 model=gpt-5.1 "
             "finish=completed id=resp_1 terminal"},
        Case{"responses_incomplete",
             R"({"id":"resp_1","status":"incomplete","incomplete_details":{"reason":
                "max_output_tokens"},"model":"gpt-5.1","usage":{"input_tokens":3,"output_tokens":16,
                "total_tokens":19}})",
             "reported prompt=3 completion=16 total=19 model=gpt-5.1 finish=max_output_tokens "
             "id=resp_1 terminal"},
        Case{"responses_in_background",
             R"({"id":"resp_1","status":"queued","model":"gpt-5.1","usage":null})",
             "none reason=no_usage_in_answer model=gpt-5.1 finish=queued id=resp_1 terminal"},
        Case{"responses_failed",
             R"({"id":"resp_1","status":"failed","error":{"code":"rate_limit_exceeded"},
                "usage":null})",
             "none reason=error_answer finish=failed error=rate_limit_exceeded id=resp_1 terminal"},
        Case{"image",
             R"({"created":1,"data":[{"b64_json":"aGk="}],"usage":{"total_tokens":100,
                "input_tokens":50,"output_tokens":50,"input_tokens_details":{"text_tokens":10,
                "image_tokens":40}}})",
             "reported prompt=50 completion=50 total=100 image=40 terminal"},
        Case{"image_without_usage", R"({"created":1,"data":[{"url":"https://x/usage"}]})",
             "none reason=no_usage_in_answer terminal"},
        Case{"transcription",
             R"({"text":"hello","usage":{"type":"tokens","input_tokens":14,"input_token_details":
                {"text_tokens":0,"audio_tokens":14},"output_tokens":45,"total_tokens":59}})",
             "reported prompt=14 completion=45 total=59 audio_in=14 terminal"},
        Case{"transcription_by_duration",
             R"({"text":"hello","usage":{"type":"duration","seconds":3}})",
             "none reason=billed_by_duration audio_ms=3000 terminal"},
        Case{"assistants_run",
             R"({"id":"run_1","object":"thread.run","status":"completed","last_error":null,
                "model":"my-gpt4","usage":{"prompt_tokens":500,"completion_tokens":20,
                "total_tokens":520}})",
             "reported prompt=500 completion=20 total=520 model=my-gpt4 finish=completed id=run_1 "
             "terminal"},
        Case{"vector_store", R"({"id":"vs_1","object":"vector_store","usage_bytes":123456})",
             "none reason=no_usage_in_answer id=vs_1 terminal"}),
    [](const auto& info) { return info.param.name; });

// azure-protocol.md 3.2
INSTANTIATE_TEST_SUITE_P(
    Errors, JsonAnswer,
    testing::Values(
        Case{"content_filter",
             R"({"error":{"code":"content_filter","type":null,"param":"prompt","status":400,
                "innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
             "none reason=error_answer error=content_filter terminal"},
        Case{"bad_key", R"({"error":{"code":"401","message":"Access denied"}})",
             "none reason=error_answer error=401 terminal"},
        Case{"bad_token", R"({"statusCode":401,"message":"Unauthorized"})",
             "none reason=error_answer error=401 terminal"},
        Case{"server_error", R"({"error":{"message":"Sorry","type":"server_error","code":null}})",
             "none reason=error_answer error=server_error terminal"},
        Case{"without_code", R"({"error":{"message":"Unrecognized request argument"}})",
             "none reason=error_answer terminal"},
        Case{"as_text", R"({"error":"boom"})", "none reason=error_answer terminal"},
        Case{"empty", R"({"choices":[],"usage":null,"error":{ }})",
             "none reason=no_usage_in_answer terminal"},
        Case{"false", R"({"choices":[],"usage":null,"error":false})",
             "none reason=no_usage_in_answer terminal"},
        Case{"no_text", R"({"choices":[],"error":""})", "none reason=no_usage_in_answer terminal"}),
    [](const auto& info) { return info.param.name; });

// faults.md 3.2
INSTANTIATE_TEST_SUITE_P(
    Faults, JsonAnswer,
    testing::Values(
        Case{"J2_last_usage_counts",
             R"({"usage":{"total_tokens":1},"usage":{"total_tokens":2},"usage":null})",
             "partial total=2 reason=count_missing terminal"},
        Case{"total_below_its_parts",
             R"({"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":3}})",
             "partial prompt=10 completion=5 total=3 reason=counts_contradict terminal"},
        Case{"J3_lone_surrogate", R"({"model":"\ud800","id":"a","usage":{"total_tokens":2}})",
             "partial total=2 reason=count_missing id=a terminal"},
        Case{"J3_invalid_utf8", "{\"model\":\"a\xFFz\x01\",\"usage\":{\"total_tokens\":2}}",
             "partial total=2 reason=count_missing model=a\xEF\xBF\xBDz  terminal"},
        Case{"J3_byte_order_mark", "\xEF\xBB\xBF{\"usage\":{\"total_tokens\":2}}",
             "partial total=2 reason=count_missing terminal"},
        Case{"J4_count_out_of_range", R"({"usage":{"prompt_tokens":9223372036854775808}})",
             "none reason=usage_malformed terminal"},
        Case{"J4_infinite", R"({"usage":{"prompt_tokens":1e999,"total_tokens":4}})",
             "none reason=usage_malformed terminal"},
        Case{"J5_negative", R"({"usage":{"prompt_tokens":-7,"total_tokens":4}})",
             "partial total=4 reason=usage_malformed terminal"},
        Case{"J5_string", R"({"usage":"4 tokens"})", "none reason=usage_malformed terminal"},
        Case{"J5_array", R"({"usage":[{"total_tokens":4}]})",
             "none reason=usage_malformed terminal"},
        Case{"J5_empty", R"({"usage":{}})", "none reason=no_usage_in_answer terminal"},
        Case{"J5_inside_tool_arguments",
             R"({"choices":[{"message":{"tool_calls":[{"function":{"arguments":
                "{\"usage\":{\"prompt_tokens\":666,\"total_tokens\":666}}"}}]}}],
                "tool":{"usage":{"total_tokens":666}}})",
             "none reason=no_usage_in_answer terminal"},
        Case{"J8_html", "<html><body>{\"usage\":{\"total_tokens\":666}}</body></html>",
             "none reason=not_json"},
        Case{"J8_text", "upstream connect error", "none reason=not_json"},
        Case{"J8_scalar", "\"usage\"", "none reason=not_json"},
        Case{"J8_cut_by_the_backend", R"({"model":"m","choices":[{"message":{"content":"abc)",
             "none reason=not_json model=m"}),
    [](const auto& info) { return info.param.name; });

std::string counted(std::string_view body) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(BodyShape::json, {.count_text = true, .model = "gpt-4o"});
    for (const std::string_view piece : pieces) meter.feed(piece);
    const UsageOutcome outcome = meter.finish(true);
    const auto tokens = outcome.generated_tokens;
    return std::string(to_string(outcome.basis)) + " " + outcome.reason + ", generated " +
           (tokens ? std::to_string(*tokens) : "none") + ", error " + outcome.error_code;
  });
}

// What was generated may be billed, error or not: no silent zero.
TEST(UsageMeter, TextBesideAnErrorInABodyIsCounted) {
  const std::string error = R"("error":{"code":"server_error","message":"x"})";
  const std::string text = R"("choices":[{"index":0,"message":{"content":"hello world"}}])";
  const std::string expected = "none error_after_content, generated 2, error server_error";
  EXPECT_EQ(counted("{" + text + "," + error + "}"), expected);
  EXPECT_EQ(counted("{" + error + "," + text + "}"), expected);
  EXPECT_EQ(counted(R"({"choices":[{"text":"hello world"}],)" + error + "}"), expected);
  EXPECT_EQ(counted("{" + text + R"(,"statusCode":500})"),
            "none error_after_content, generated 2, error 500");
  EXPECT_EQ(counted(R"({"choices":[{"message":{"content":null,"tool_calls":[{"function":)"
                    R"({"name":"hello","arguments":" world"}}]}}],)" +
                    error + "}"),
            expected);
}

TEST(UsageMeter, ContentBesideAnErrorThatCannotBeCountedIsNotNone) {
  const std::string error = R"("error":{"code":"x"}})";
  const std::string unknown = "none error_after_content, generated none, error x";
  EXPECT_EQ(counted(R"({"status":"failed","output":[{"type":"message","content":[]}],)" + error),
            unknown);
  EXPECT_EQ(
      counted(R"({"choices":[{"message":{"content":[{"type":"text","text":"hi"}]}}],)" + error),
      unknown);
  UsageMeter meter(BodyShape::json, {.count_text = true, .model = "gpt-4o"});
  meter.feed(R"({"choices":[{"message":{"content":")");
  meter.feed(std::string(100'000, 'a'));
  meter.feed("\"}}]," + error);
  const UsageOutcome outcome = meter.finish(true);
  EXPECT_EQ(outcome.reason, "error_after_content");
  EXPECT_EQ(outcome.generated_tokens, std::nullopt);
}

TEST(UsageMeter, AnErrorBesideNothingIsAnErrorOnly) {
  const std::string error = R"("error":{"code":"x"}})";
  for (const char* nothing :
       {R"({"choices":[],)", R"({"choices":[{"message":{"content":""}}],)", R"({"output":[],)",
        R"({"choices":[{"message":{"content":null,"refusal":null}}],)"}) {
    EXPECT_EQ(counted(nothing + error), "none error_answer, generated none, error x") << nothing;
  }
  EXPECT_EQ(counted(R"({"choices":[{"message":{"content":"hello"}}],"error":{}})"),
            "none no_usage_in_answer, generated none, error ");
  EXPECT_EQ(counted(R"({"choices":[{"message":{"content":"hello"}}],"usage":{"prompt_tokens":1,)"
                    R"("completion_tokens":2,"total_tokens":3},)" +
                    error),
            "reported , generated none, error x");
}

TEST(UsageMeter, SaysWhenAnAnswerWasCutOff) {
  const std::string body =
      R"({"model":"m","usage":{"prompt_tokens":8,"total_tokens":8},"data":["abc"]})";
  for (std::size_t size = 1; size < body.size(); ++size) {
    const bool usage_there = size >= body.find(",\"data\"");  // whole with its own bracket
    const bool model_there = size > body.find(",\"usage\"");
    EXPECT_EQ(json(body.substr(0, size), false),
              std::string(usage_there ? "partial prompt=8 total=8" : "none") +
                  " reason=answer_cut_off" + (model_there ? " model=m" : ""));
  }
  EXPECT_EQ(json(body, false), "reported prompt=8 total=8 model=m terminal")
      << "the answer's own end was seen";
}

// J6
TEST(UsageMeter, BoundsAndCleansNames) {
  const std::string model = "gpt\\n\\u0000\\\"" + std::string(4096, 'm');
  EXPECT_EQ(json("{\"model\":\"" + model + "\",\"id\":\"" + std::string(300, 'i') + "\"}"),
            "none reason=no_usage_in_answer terminal")
      << "half a name is none";
  EXPECT_EQ(
      json("{\"model\":\"gpt\\n\\u0000\\\"\",\"id\":\"" + std::string(256, 'i') + "\"}"),
      "none reason=no_usage_in_answer model=gpt  \" id=" + std::string(256, 'i') + " terminal");
  const std::string huge(1024 * 1024, 'm');
  UsageMeter meter(BodyShape::json);
  meter.feed("{\"model\":\"" + huge + "\",\"usage\":{\"total_tokens\":1}}");
  EXPECT_EQ(words(meter.finish(true)), "partial total=1 reason=count_missing terminal")
      << "too long to be a model";
}

TEST(UsageMeter, GivesUpOnAUsageObjectThatIsTooLong) {
  UsageMeter meter(BodyShape::json);
  meter.feed("{\"usage\":{\"total_tokens\":1,\"x\":\"" + std::string(70'000, 'x') + "\"}}");
  EXPECT_EQ(words(meter.finish(true)), "none reason=usage_too_large terminal");
}

TEST(UsageMeter, HasAReasonForBodiesItCannotRead) {
  EXPECT_EQ(meter(BodyShape::opaque, "{\"usage\":{\"total_tokens\":1}}"),
            "none reason=opaque_body");
  for (const BodyShape shape :
       {BodyShape::json, BodyShape::server_sent_events, BodyShape::opaque}) {
    EXPECT_EQ(meter(shape, ""), "none reason=empty_answer");
    EXPECT_EQ(meter(shape, "", false), "none reason=answer_cut_off");
  }
}

UsageOutcome of_images(std::string_view body, std::size_t step, BodyShape shape = BodyShape::json,
                       bool complete = true) {
  UsageMeter meter(shape, {.count_images = true});
  for (; !body.empty(); body.remove_prefix(std::min(step, body.size())))
    meter.feed(body.substr(0, step));
  return meter.finish(complete);
}

TEST(UsageMeter, CountsTheWholeImagesOfAnAnswer) {
  const std::string two = R"({"created":1,"data":[{"b64_json":"aGk=","x":{"y":[{}]}},)"
                          R"({"url":"https://x/{}[]"}],"size":"1792x1024","quality":"hd"})";
  for (std::size_t step = 1; step < 9; ++step) {
    EXPECT_EQ(words(of_images(two, step)),
              "none reason=counted_by_image images=2 size=1792x1024 quality=hd terminal");
  }
  EXPECT_EQ(words(of_images(two.substr(0, two.find(",{\"url\"") + 9), 100, BodyShape::json, false)),
            "none reason=answer_cut_off images=1");
  EXPECT_EQ(words(of_images(R"({"data":[]})", 100)), "none reason=no_usage_in_answer terminal");
  EXPECT_EQ(words(of_images(R"({"data":[{}],"usage":{"input_tokens":5,"output_tokens":7}})", 100)),
            "reported prompt=5 completion=7 images=1 terminal");
  EXPECT_EQ(words(of_images(R"({"data":{"data":[{}]},"x":[{"data":[{}]}],"size":{}})", 100)),
            "none reason=no_usage_in_answer terminal");
  EXPECT_EQ(meter(BodyShape::json, two), "none reason=no_usage_in_answer terminal")
      << "of an answer that is none of images nothing is counted";
}

TEST(UsageMeter, CountsTheImagesOfAStreamByTheirEvents) {
  const auto event = [](const std::string& type, const std::string& more) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + more + "}\n\n";
  };
  const std::string partial = event("image_generation.partial_image", R"("b64_json":"aGk=")");
  const std::string whole = event("image_edit.completed", R"("size":"1x1","quality":"words of a )"
                                                          R"(client","b64_json":"aGk=")");
  EXPECT_EQ(words(of_images(partial + whole, 7, BodyShape::server_sent_events)),
            "none reason=stream_without_usage images=1 size=1x1 terminal");
  EXPECT_EQ(words(of_images(partial, 7, BodyShape::server_sent_events, false)),
            "none reason=answer_cut_off");
}

TEST(UsageMeter, CanBeMoved) {
  UsageMeter first(BodyShape::json);
  first.feed("{\"usage\":{\"total_");
  UsageMeter second = std::move(first);
  second.feed("tokens\":1}}");
  EXPECT_EQ(words(second.finish(true)), "partial total=1 reason=count_missing terminal");
}

TEST(JsonAnswerParts, AreContainersAndItemsOfTheOutputAlone) {
  std::string body = R"({"id":"resp_1","tools":[{"id":"no"}],"output":[{"id":"rs_1","summary":[)"
                     R"({"id":"no"}]},{"type":"code_interpreter_call","container_id":"cntr_1",)"
                     R"("id":"ci_1"},{"container_id":"cntr_1","id":"ci_2"},{"id":null},)"
                     R"({"id":"msg\u005f1","content":[{"annotations":[{"file_id":"no"}]}]}]})";
  const auto parts = [](std::string_view text) {
    UsageMeter meter(BodyShape::json);
    meter.feed(text);
    return meter.finish(true).parts;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(parts(body), (Ids{"cntr_1", "rs_1", "ci_1", "ci_2", "msg_1"}));
  std::string many = R"({"output":[{"id":"i0"})";
  for (int i = 1; i < 10'000; ++i) many.append(R"(,{"id":"i)" + std::to_string(i) + "\"}");
  EXPECT_EQ(parts(many + "]}").size(), kMostParts);
  // A client names what an assistant said in its next request.
  EXPECT_EQ(parts(R"({"id":"c-1","choices":[{"message":{"id":"no","content":null,"audio":{"data":)"
                  R"("AAAA","id":"audio_1","x":{"id":"no"}}}},{"message":{"audio":null}},)"
                  R"({"message":{"audio":{"id":"audio_2"}}}]})"),
            (Ids{"audio_1", "audio_2"}));
}

// The trail showed them as streams, and they were billed by our own count.
TEST(StreamCalledJson, IsReadByItsBytes) {
  const std::string delta =
      R"({"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"}{"}}],"usage":null})";
  const std::string usage = R"({"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":12,)"
                            R"("completion_tokens":5,"total_tokens":17}})";
  const std::string reported = "reported prompt=12 completion=5 total=17 model=m id=c";
  EXPECT_EQ(json(delta + "\n" + usage + "\n"), reported);
  EXPECT_EQ(json(" " + delta + usage), reported);
  EXPECT_EQ(json("\x1E" + delta + "\n\x1E" + usage + "\n"), reported);
  EXPECT_EQ(json("[" + delta + ",\r\n" + usage + "]"), reported);
  EXPECT_EQ(json(usage + "\n" + delta), reported) << "in any order";
  EXPECT_EQ(json(delta + "\n" + usage + "\n[DONE]\n"), reported + " terminal");
  EXPECT_EQ(json("mood: good\ndata\n\ndata: " + usage + "\n\n"), reported) << "with any first line";
  EXPECT_EQ(meter(BodyShape::server_sent_events, delta + "\n" + usage), reported)
      << "called events";
  EXPECT_EQ(json(delta + "\n" + usage.substr(0, 30), false),
            "none reason=answer_cut_off model=m id=c");
  EXPECT_EQ(counted(delta + "\n" + delta), "none stream_without_usage, generated 2, error ");
  EXPECT_EQ(counted("[" + delta + "," + delta + "]"),
            "none stream_without_usage, generated 2, error ");
}

TEST(StreamCalledJson, OneBodyAndWhatFollowsItIsNone) {
  const std::string body = R"({"id":"c","usage":{"prompt_tokens":1,"total_tokens":1}})";
  const std::string reported = "reported prompt=1 total=1 id=c terminal";
  for (const std::string behind : {"\n", " he said", "]", " and {\"usage\":{\"total_tokens\":9}}"})
    EXPECT_EQ(json(body + behind), reported) << behind;
  EXPECT_EQ(json("[]"), "none reason=no_usage_in_answer terminal");
  EXPECT_EQ(json("[1,{x}]"), "none reason=no_usage_in_answer terminal");
  EXPECT_EQ(json("data: {x}\n\n"), "none reason=not_json");
}

std::vector<std::string> left_ids(BodyShape shape, std::string_view text) {
  const std::vector<std::string_view> at{"id", "data.content.image_file.file_id"};
  const JsonPaths paths(at);
  UsageMeter meter(shape, {.ids_at = &paths});
  for (const char& c : text) meter.feed({&c, 1});
  return meter.finish(true).left_ids;
}

TEST(LeftIds, AreThoseAtTheDeclaredPlaces) {
  using Ids = std::vector<std::string>;
  const std::string message =
      R"({"id":"a","metadata":{"id":"no"},"data":[{"content":[{"image_file":)"
      R"({"file_id":"f"}},{"text":{"file_id":"no"}}]}]})";
  EXPECT_EQ(left_ids(BodyShape::json, " \n" + message), (Ids{"a", "f"}));
  EXPECT_EQ(left_ids(BodyShape::json, message.substr(0, message.size() - 1)), Ids{}) << "cut off";
  EXPECT_EQ(left_ids(BodyShape::server_sent_events,
                     "data: " + message + "\n\ndata: {\"id\":\"b\"}\n\ndata: [DONE]\n\n"),
            (Ids{"a", "f", "b"}));
  EXPECT_EQ(left_ids(BodyShape::json, message + "\n{\"id\":\"b\"}"), (Ids{"a", "f", "b"}));
  EXPECT_EQ(left_ids(BodyShape::json, "[" + message + ",{\"id\":\"b\"}]"), (Ids{"a", "f", "b"}));
}

TEST(LeftIds, AreBounded) {
  std::string many = R"({"id":["i0")";
  for (std::size_t i = 1; i <= kMostParts; ++i) many.append(",\"i" + std::to_string(i) + "\"");
  EXPECT_EQ(left_ids(BodyShape::json, many + "]}").size(), kMostParts);
}

}  // namespace
}  // namespace tollgate::usage
