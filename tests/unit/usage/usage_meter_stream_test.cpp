// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "metered_streams.hpp"
#include "outcome_words.hpp"
#include "tollgate/usage/usage_meter.hpp"

// What the meter makes of the event streams of all APIs but the chats'.
namespace tollgate::usage {
namespace {

using metered_streams::counted_stream;
using metered_streams::event;
using metered_streams::kDone;
using metered_streams::message;
using metered_streams::stream;

const std::string kCreated =
    event("response.created", R"("response":{"id":"r-1","model":"gpt-5.1","status":)"
                              R"("in_progress","usage":null},"sequence_number":0)");
const std::string kText =
    event("response.output_text.delta", R"("delta":"\"usage\"","item_id":"m")");
const std::string kTotals =
    R"("usage":{"input_tokens":33,"input_tokens_details":{"cached_tokens":8},)"
    R"("output_tokens":12,"output_tokens_details":{"reasoning_tokens":4},)"
    R"("total_tokens":45})";
const std::string kResponseCounts = "prompt=33 completion=12 total=45 cached=8 reasoning=4";

std::string last(const std::string& status, const std::string& more) {
  return event("response." + status, R"("response":{"id":"r-1","model":"gpt-5.1","status":")" +
                                         status + "\"," + more + "}");
}

TEST(ResponsesStream, EndsWithUsageHoweverItEnds) {
  EXPECT_EQ(stream(kCreated + kText + last("completed", kTotals)),
            "reported " + kResponseCounts + " model=gpt-5.1 finish=completed id=r-1 terminal");
  EXPECT_EQ(
      stream(kCreated +
             last("incomplete", R"("incomplete_details":{"reason":"content_filter"},)" + kTotals)),
      "reported " + kResponseCounts + " model=gpt-5.1 finish=content_filter id=r-1 terminal");
  EXPECT_EQ(stream(kCreated + last("failed", R"("error":{"code":"server_error"},)" + kTotals)),
            "reported " + kResponseCounts +
                " model=gpt-5.1 finish=failed error=server_error id=r-1 in_stream_error terminal");
  EXPECT_EQ(stream(kCreated + last("completed", kTotals) + kDone, false),
            "reported " + kResponseCounts + " model=gpt-5.1 finish=completed id=r-1 terminal");
}

TEST(ResponsesStream, CutOffHasNoUsage) {
  EXPECT_EQ(stream(kCreated + kText, false),
            "none reason=answer_cut_off model=gpt-5.1 finish=in_progress id=r-1");
}

// Azure's 200 that is a 429: the order of the last two events varies.
TEST(ResponsesStream, KnowsAThrottledAnswer) {
  const std::string nested =
      event("error", R"("error":{"type":"too_many_requests","code":"rate_limit_exceeded",)"
                     R"("headers":{"x-ms-fe-error":"true"}},"sequence_number":1)");
  const std::string expected =
      "none reason=error_answer model=gpt-5.1 finish=failed error=rate_limit_exceeded id=r-1 "
      "in_stream_error terminal";
  EXPECT_EQ(stream(kCreated + nested + last("failed", R"("error":null,"usage":null)")), expected);
  EXPECT_EQ(
      stream(kCreated + last("failed", R"("error":null,"incomplete_details":null,"usage":null)") +
             nested),
      expected);
  const std::string flat = event("error", R"("code":"rate_limit_exceeded","message":"x")");
  EXPECT_EQ(stream(kCreated + flat + last("failed", R"("error":null,"usage":null)")), expected);
  const std::string without_code = event("error", R"("code":null,"message":"x")");
  EXPECT_EQ(
      stream(kCreated + last("failed", R"("error":{"code":"rate_limit_exceeded"})") + without_code),
      expected);
}

TEST(ResponsesStream, MayFailAfterContent) {
  const std::string text = event("response.output_text.delta", R"("delta":"hello world")");
  const std::string failed = last("failed", R"("error":{"code":"server_error"},"usage":null)");
  EXPECT_EQ(counted_stream(kCreated + text + text + failed),
            "none error_after_content, generated 4, error server_error");
  EXPECT_EQ(counted_stream(kCreated + text + event("error", R"("code":"x","message":"y")")),
            "none error_after_content, generated 2, error x");
  EXPECT_EQ(counted_stream(kCreated + failed),
            "none error_answer, generated none, error server_error");
  EXPECT_EQ(counted_stream(kCreated + text, false), "none answer_cut_off, generated 2 ")
      << "no error, but no end either";
}

TEST(ResponsesStream, IsReportedOnlyWhenNothingElseIsBilled) {
  const std::string counts = "partial " + kResponseCounts + " reason=not_all_counted,";
  const std::string rest = " model=gpt-5.1 finish=completed id=r-1 terminal";
  EXPECT_EQ(stream(kCreated + last("completed",
                                   R"("tool_usage":{"web_search":{"num_requests":2}},)" + kTotals)),
            "reported " + kResponseCounts +
                " model=gpt-5.1 finish=completed id=r-1 web_search=2 "
                "terminal");
  EXPECT_EQ(stream(kCreated + last("completed",
                                   R"("tool_usage":{"image_gen":{"output_tokens":2}},)" + kTotals)),
            counts + "tool_usage" + rest);
  EXPECT_EQ(stream(kCreated + last("completed",
                                   R"("tool_usage":{"web_search":{"num_requests":0}},)" + kTotals)),
            "reported " + kResponseCounts + rest);
  EXPECT_EQ(
      stream(
          kCreated +
          last("completed", R"("output":[{"id":"x","type":"reasoning"},{"content":[{"type":"no"}],)"
                            R"("type":"code_interpreter_call"},{"type":"message"}],)" +
                                kTotals)),
      counts + "tool_calls model=gpt-5.1 finish=completed id=r-1 code_interpreter=1 terminal");
  EXPECT_EQ(stream(kCreated +
                   last("completed",
                        R"("output":[{"type":"file_search_call"},{"type":"message"}],)" + kTotals)),
            "reported " + kResponseCounts +
                " model=gpt-5.1 finish=completed id=r-1 file_search=1 terminal");
  EXPECT_EQ(stream(kCreated +
                   last("completed", R"("output":[{"type":"web_search_call","status":"failed"},)"
                                     R"({"status":"completed","type":"web_search_call"},)"
                                     R"({"type":"computer_call","status":"completed"}],)" +
                                         kTotals)),
            counts +
                "failed_web_searches model=gpt-5.1 finish=completed id=r-1 web_search=1 "
                "computer_use=1 terminal");
  EXPECT_EQ(stream(kCreated +
                   last("completed",
                        R"("output":[{"type":"file_search_call","status":"failed"}],)" + kTotals)),
            counts + "failed_file_searches" + rest);
  EXPECT_EQ(
      stream(kCreated + last("completed", R"("output":[{"type":"function_call"}],)" + kTotals)),
      "reported " + kResponseCounts + rest);
  // Of projects, and of next year: billed by numbers that no record has.
  for (const std::string type : {"bing_grounding_call", "azure_ai_search_call", "new_call"}) {
    EXPECT_EQ(
        stream(kCreated + last("completed", R"("output":[{"type":")" + type + R"("}],)" + kTotals)),
        counts + "tool_calls" + rest)
        << type;
  }
}

// What was generated before the error may be billed, though nobody here can count it.
TEST(OtherStreams, MayFailAfterContent) {
  const std::string error = event("error", R"("error":{"code":"server_error"})");
  for (const char* piece :
       {"image_generation.partial_image", "image_edit.partial_image", "speech.audio.delta"}) {
    EXPECT_EQ(stream(event(piece, R"("b64_json":"aGk=")") + error),
              "none reason=error_after_content error=server_error in_stream_error terminal")
        << piece;
  }
  EXPECT_EQ(stream(error), "none reason=error_answer error=server_error in_stream_error terminal");
  UsageMeter meter(BodyShape::json, {.count_images = true});
  meter.feed(R"({"data":[{"b64_json":"aGk="}],"error":{"code":"server_error"}})");
  EXPECT_EQ(meter.finish(true).reason, "error_after_content");
}

// A stream of another API: its prompt stands in an event of its own.
TEST(OtherStreams, ArePartialWithoutTheirPrompt) {
  EXPECT_EQ(stream(event("message_start", R"("message":{"usage":{"input_tokens":25}})") +
                   event("content_block_delta", R"("delta":{"text":"x"})") +
                   event("message_delta", R"("delta":{},"usage":{"output_tokens":5})") +
                   event("message_stop", R"("x":1)")),
            "partial completion=5 reason=count_missing");
}

TEST(ResponsesStream, ReadsPastAHugeFirstEvent) {
  const std::string created = event(
      "response.created", R"("response":{"instructions":")" + std::string(200 * 1024, 'x') +
                              R"( \"usage\":{\"total_tokens\":666}","id":"r-1","usage":null})");
  EXPECT_EQ(stream(created + last("completed", kTotals)),
            "reported " + kResponseCounts + " model=gpt-5.1 finish=completed id=r-1 terminal");
}

TEST(OtherStreams, CarryUsageInTheirLastEvent) {
  EXPECT_EQ(stream(event("image_generation.partial_image", R"("b64_json":"aGk=")") +
                   event("image_generation.completed",
                         R"("usage":{"total_tokens":9,"input_tokens":4,"output_tokens":5})")),
            "reported prompt=4 completion=5 total=9 terminal");
  EXPECT_EQ(stream(event("transcript.text.done",
                         R"("usage":{"type":"tokens","input_tokens":14,"input_token_details":)"
                         R"({"audio_tokens":14},"output_tokens":45,"total_tokens":59})")),
            "reported prompt=14 completion=45 total=59 audio_in=14 terminal");
  EXPECT_EQ(stream(event("speech.audio.done",
                         R"("usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3})")),
            "reported prompt=1 completion=2 total=3 terminal");
  EXPECT_EQ(stream("event: thread.run.step.completed\n" +
                   message(R"({"id":"step_1","usage":{"prompt_tokens":1,"total_tokens":2}})") +
                   "event: thread.run.completed\n" +
                   message(R"({"id":"run_1","model":"gpt","status":"completed","usage":)"
                           R"({"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}})") +
                   "event: done\n" + kDone),
            "reported prompt=5 completion=1 total=6 model=gpt finish=completed id=run_1 terminal")
      << "the run's usage contains its steps'";
}

// Nothing that matters follows the event with the usage: an answer cut off behind it is known
// whole.
TEST(OtherStreams, AreWholeWithTheirLastEvent) {
  const std::string usage = R"("usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3})";
  for (const auto* last : {"image_generation.completed", "image_edit.completed",
                           "transcript.text.done", "speech.audio.done"}) {
    EXPECT_EQ(stream(event(last, usage), false), "reported prompt=1 completion=2 total=3 terminal");
  }
  const std::string run = R"({"id":"run_1","object":"thread.run","status":")";
  const std::string counts = R"("usage":{"prompt_tokens":5,"total_tokens":5}})";
  EXPECT_EQ(stream(message(run + R"(completed",)" + counts), false),
            "reported prompt=5 total=5 finish=completed id=run_1 terminal");
  EXPECT_EQ(stream(message(run + R"(in_progress",)" + counts), false),
            "partial prompt=5 total=5 reason=answer_cut_off finish=in_progress id=run_1");
}

// S5, J7, promise 8
TEST(UsageMeterMemory, DoesNotGrowWithTheAnswer) {
  const std::string block(64 * 1024, 'x');
  for (const BodyShape shape : {BodyShape::json, BodyShape::server_sent_events}) {
    UsageMeter meter(shape);
    meter.feed(shape == BodyShape::json ? "" : "data: ");
    meter.feed("{\"data\":[{\"embedding\":\"");
    const struct mallinfo2 before = ::mallinfo2();
    for (int i = 0; i < 256; ++i) meter.feed(block);
    const struct mallinfo2 after = ::mallinfo2();
    EXPECT_LE(after.uordblks + after.hblkhd, before.uordblks + before.hblkhd + 4096);
    meter.feed("\"}],\"model\":\"m\",\"usage\":{\"total_tokens\":1}}\n\n");
    EXPECT_EQ(words(meter.finish(true)).substr(0, 44),
              "partial total=1 reason=count_missing model=m");
  }
}

}  // namespace
}  // namespace tollgate::usage
