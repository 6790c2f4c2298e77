// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <malloc.h>

#include <ostream>
#include <string>

#include "every_way.hpp"
#include "outcome_words.hpp"
#include "tollgate/usage/usage_meter.hpp"

// What the meter makes of event streams.
namespace tollgate::usage {
namespace {

std::string stream(std::string_view body, bool complete = true) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(BodyShape::server_sent_events);
    for (const std::string_view piece : pieces) meter.feed(piece);
    return words(meter.finish(complete));
  });
}

/// With the generated text counted, as for every answer with status 200.
std::string counted_stream(std::string_view body, bool complete = true) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(BodyShape::server_sent_events, {.count_text = true, .model = "gpt-4o"});
    for (const std::string_view piece : pieces) meter.feed(piece);
    const UsageOutcome outcome = meter.finish(complete);
    const std::string generated =
        outcome.generated_tokens ? std::to_string(*outcome.generated_tokens) : "none";
    return std::string(to_string(outcome.basis)) + " " + outcome.reason + ", generated " +
           generated + (outcome.in_stream_error ? ", error " : " ") + outcome.error_code;
  });
}

std::string message(std::string_view json) {
  return std::string("data: ").append(json).append("\n\n");
}

std::string event(std::string_view name, std::string_view rest) {
  return std::string("event: ")
      .append(name)
      .append("\ndata: {\"type\":\"")
      .append(name)
      .append("\",")
      .append(rest)
      .append("}\n\n");
}

// A chat stream as Azure sends it with include_usage, in parts (azure-protocol.md 2.1).
const std::string kFilters = message(
    R"({"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[]})");
const std::string kFirst = message(
    R"({"choices":[{"delta":{"content":"","role":"assistant"},"finish_reason":null,"index":0}],)"
    R"("id":"c-1","model":"gpt-4o-2024-11-20","obfuscation":"x8","usage":null})");
const std::string kDelta = message(
    R"({"choices":[{"delta":{"content":"\u00fc )"
    "\xC3\xBC"
    R"( \"usage\":{}"},)"
    R"("finish_reason":null,"index":0}],"id":"c-1","model":"gpt-4o-2024-11-20","usage":null})");
const std::string kStop =
    message(R"({"choices":[{"delta":{},"finish_reason":"stop","index":0}],"id":"c-1",)"
            R"("model":"gpt-4o-2024-11-20","usage":null})");
const std::string kUsage = message(
    R"({"choices":[],"id":"c-1","model":"gpt-4o-2024-11-20","usage":{"completion_tokens":5,)"
    R"("latency_checkpoint":{"engine_ttft_ms":7},"prompt_tokens":12,"total_tokens":17}})");
const std::string kDone = "data: [DONE]\n\n";
const std::string kCounts = "prompt=12 completion=5 total=17";
const std::string kIdentity = "model=gpt-4o-2024-11-20 finish=stop id=c-1";

TEST(ChatStream, IsMetered) {
  EXPECT_EQ(stream(kFilters + kFirst + kDelta + kDelta + kStop + kUsage + kDone),
            "reported " + kCounts + " " + kIdentity + " terminal");
}

TEST(ChatStream, WithoutUsageSaysSo) {
  EXPECT_EQ(stream(kFilters + kFirst + kDelta + kStop + kDone),
            "none reason=stream_without_usage " + kIdentity + " terminal");
}

// promise 4: a client that went, a backend that broke off.
TEST(ChatStream, SaysHowFarItCame) {
  EXPECT_EQ(stream(kFilters, false), "none reason=answer_cut_off");
  EXPECT_EQ(stream(kFirst + kDelta, false),
            "none reason=answer_cut_off model=gpt-4o-2024-11-20 id=c-1");
  EXPECT_EQ(stream(kFirst + kStop + kUsage, false),
            "partial " + kCounts + " reason=answer_cut_off " + kIdentity);
  EXPECT_EQ(stream(kFirst + kStop + kUsage + kDone, false),
            "reported " + kCounts + " " + kIdentity + " terminal")
      << "its own end was seen";
}

// S6
TEST(ChatStream, NeedsNoDone) {
  EXPECT_EQ(stream(kFirst + kStop + kUsage), "reported " + kCounts + " " + kIdentity);
  EXPECT_EQ(stream(kFirst + kStop + kDone + kUsage + kDone),
            "reported " + kCounts + " " + kIdentity + " terminal");
}

// S4: an event without its blank line is none.
TEST(ChatStream, DropsAnUnfinishedEvent) {
  EXPECT_EQ(stream(kFirst + kStop + kUsage.substr(0, kUsage.size() - 1)),
            "none reason=stream_without_usage " + kIdentity);
}

// S1 to S3: the same stream in every framing the standard allows.
TEST(ChatStream, IsReadInAnyFraming) {
  const std::string plain = kFilters + kFirst + kDelta + kStop + kUsage + kDone;
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string out = plain;
    for (std::size_t at = 0; (at = out.find(from, at)) != out.npos; at += to.size()) {
      out.replace(at, from.size(), to);
    }
    return out;
  };
  const std::string expected = "reported " + kCounts + " " + kIdentity + " terminal";
  EXPECT_EQ(stream(replaced("\n", "\r\n")), expected);
  EXPECT_EQ(stream(replaced("\n", "\r")), expected);
  EXPECT_EQ(stream(replaced("\n\n", "\r\n\n")), expected);
  EXPECT_EQ(stream(replaced("data: ", "data:")), expected);
  EXPECT_EQ(stream(replaced("data: ", "id: 4\nevent: message\n: note\ndata: ")), expected);
  EXPECT_EQ(stream(replaced("data: ", ": heartbeat\n\ndata: ")), expected);
  EXPECT_EQ(stream(replaced(",\"id\"", ",\ndata: \"id\"")), expected);
  EXPECT_EQ(stream(replaced("\":", "\" : ")), expected) << "JSON with blanks";
  EXPECT_EQ(stream("\xEF\xBB\xBF" + plain), expected);
}

TEST(ChatStream, TakesUsageWhereverItStandsInItsChunk) {
  EXPECT_EQ(
      stream(kFirst + message(R"({"usage":{"total_tokens":3},"choices":[],"id":"","model":""})")),
      "partial total=3 reason=count_missing model=gpt-4o-2024-11-20 id=c-1");
  EXPECT_EQ(
      stream(message(R"({"model":"m","id":"i"})") + message(R"({"usage" :{"total_tokens":3}})")),
      "partial total=3 reason=count_missing model=m id=i");
}

// S9: some backends send usage so far with every chunk.
TEST(ChatStream, TakesTheLastUsageThatSaysAnything) {
  const auto chunk = [](const std::string& count) {
    return message(R"({"choices":[{"delta":{}}],"usage":{"total_tokens":)" + count + "}}");
  };
  EXPECT_EQ(stream(chunk("1") + chunk("2") + message(R"({"usage":null})") + kDone),
            "partial total=2 reason=count_missing terminal");
  EXPECT_EQ(stream(chunk("1") + message(R"({"usage":{}})") + kDone),
            "partial total=1 reason=count_missing terminal");
  EXPECT_EQ(stream(chunk("-1") + chunk("2") + kDone),
            "partial total=2 reason=count_missing terminal");
  EXPECT_EQ(stream(chunk("1") + chunk("\"2\"") + kDone),
            "partial total=1 reason=usage_malformed terminal");
}

// J5, J2: what looks like usage and is none; a chunk that says it twice.
TEST(ChatStream, TakesUsageFromNowhereElse) {
  const std::string arguments = message(
      R"({"choices":[{"delta":{"tool_calls":[{"function":{"arguments":)"
      R"("{\"usage\":{\"total_tokens\":666}}"}}],"usage":{"total_tokens":666}}}],"id":"c-1"})");
  EXPECT_EQ(
      stream(kFirst + arguments + message("{\"x\":[{\"usage\":{\"total_tokens\":666}}]}") + kDone),
      "none reason=stream_without_usage model=gpt-4o-2024-11-20 id=c-1 terminal");
  EXPECT_EQ(stream(kFirst + message(R"({"usage":{"total_tokens":1},"usage":{"total_tokens":2}})")),
            "partial total=2 reason=count_missing model=gpt-4o-2024-11-20 id=c-1");
  EXPECT_EQ(stream(kFirst + message(R"({"usage":{"total_tokens":1},"usage":null})")),
            "partial total=1 reason=count_missing model=gpt-4o-2024-11-20 id=c-1");
}

// azure-protocol.md 2.1: asynchronous filters report late, with empty names.
TEST(ChatStream, KeepsItsIdentityThroughLateAnnotations) {
  const std::string annotation =
      message(R"({"choices":[{"content_filter_offsets":{"check_offset":44},"finish_reason":null,)"
              R"("index":0}],"created":0,"id":"","model":"","object":""})");
  EXPECT_EQ(stream(kFilters + kFirst + kStop + annotation + kUsage + annotation + kDone),
            "reported " + kCounts + " " + kIdentity + " terminal");
  const std::string blocked =
      message(R"({"choices":[{"finish_reason":"content_filter","index":0}],"id":"","model":""})");
  EXPECT_EQ(stream(kFirst + kStop + blocked + kDone),
            "none reason=stream_without_usage model=gpt-4o-2024-11-20 finish=content_filter id=c-1 "
            "terminal");
}

TEST(ChatStream, KeepsTheFirstFullIdentity) {
  EXPECT_EQ(stream(kFirst + message(R"({"choices":[],"id":"other","model":"other"})") + kDone),
            "none reason=stream_without_usage model=gpt-4o-2024-11-20 id=c-1 terminal");
}

// S7, azure-protocol.md 2.4
TEST(ChatStream, MayCarryAnError) {
  EXPECT_EQ(
      stream(kFirst + message(R"({"error":{"message":"x","type":"server_error","code":null}})")),
      "none reason=error_answer model=gpt-4o-2024-11-20 error=server_error id=c-1 "
      "in_stream_error");
}

// What was generated before the error may be billed: it is counted.
TEST(ChatStream, MayCarryAnErrorAfterContent) {
  const std::string error = message(R"({"error":{"type":"server_error","code":"x"}})");
  const std::string chunk = message(R"({"id":"c","model":"gpt-4o","choices":[{"delta":)"
                                    R"({"content":"hello world"},"finish_reason":null}]})");
  EXPECT_EQ(counted_stream(chunk + chunk + error),
            "none error_after_content, generated 4, error x");
  EXPECT_EQ(counted_stream(chunk + chunk + error, false),
            "none error_after_content, generated 4, error x");
  EXPECT_EQ(counted_stream(error), "none error_answer, generated none, error x");
  EXPECT_EQ(counted_stream(chunk + message(R"({"statusCode":500,"message":"x"})")),
            "none error_after_content, generated 2, error 500");
  EXPECT_EQ(counted_stream(chunk + event("error", R"("error":{"type":"overloaded"})")),
            "none error_after_content, generated 2, error overloaded");
  EXPECT_EQ(counted_stream(chunk + error + kUsage), "reported , generated none, error x");
  const std::string completion =
      message(R"({"id":"c","choices":[{"text":"hello world","index":0,"finish_reason":null}]})");
  EXPECT_EQ(counted_stream(completion + error), "none error_after_content, generated 2, error x");
}

// Only JSON is read, and only where a data line says so.
TEST(ChatStream, TakesNoUsageFromWhatIsNoEvent) {
  const std::string usage =
      R"({"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})";
  const std::string none = "none reason=stream_without_usage terminal";
  for (const std::string before : {"no json ", "1", "{} ", "\"x\"", "}"}) {
    EXPECT_EQ(stream("data: " + before + usage + "\n\n" + kDone), none) << before;
  }
  EXPECT_EQ(stream("data: " + usage + " {}\n\n" + kDone), none);
  EXPECT_EQ(stream("data: {no json \"usage\":{\"total_tokens\":3}}\n\n" + kDone), none);
  EXPECT_EQ(stream("data: {\"usage\":{\"total_tokens\":3}\n\n" + kDone), none) << "unended";
  EXPECT_EQ(stream("  data: " + usage + "\n\n" + kDone), none) << "another field's name";
  EXPECT_EQ(stream("\xEF\xBB\xBF\xEF\xBB\xBF"
                   "data: " +
                   usage + "\n\n" + kDone),
            none);
  EXPECT_EQ(stream("\n\xEF\xBB\xBF"
                   "data: " +
                   usage + "\n\n" + kDone),
            none);
  EXPECT_EQ(stream("\n\ndata: " + usage + "\n\n" + kDone),
            "reported prompt=1 completion=2 total=3 terminal");
}

TEST(ChatStream, TellsTheTierThatServed) {
  UsageMeter meter(BodyShape::server_sent_events);
  meter.feed(
      message(R"({"id":"c","model":"m","service_tier":"auto","choices":[]})") +
      message(R"({"id":"c","service_tier":"priority","choices":[],"usage":{"total_tokens":1}})") +
      message(R"({"id":"c","service_tier":null,"choices":[]})"));
  EXPECT_EQ(meter.finish(true).service_tier, "priority");
}

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
            counts + "tool_usage" + rest);
  EXPECT_EQ(stream(kCreated + last("completed",
                                   R"("tool_usage":{"web_search":{"num_requests":0}},)" + kTotals)),
            "reported " + kResponseCounts + rest);
  EXPECT_EQ(stream(kCreated +
                   last("completed",
                        R"("output":[{"id":"x","type":"reasoning"},{"content":[{"type":"no"}],)"
                        R"("type":"file_search_call"},{"type":"message"}],)" +
                            kTotals)),
            counts + "tool_calls" + rest);
  EXPECT_EQ(
      stream(kCreated + last("completed", R"("output":[{"type":"function_call"}],)" + kTotals)),
      "reported " + kResponseCounts + rest);
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

// Nothing that matters follows the event with the usage: an answer cut off behind it is known whole.
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

// S8
TEST(MislabelledAnswer, IsReadByWhatItIs) {
  EXPECT_EQ(stream("\n {\"error\":{\"code\":\"429\"}}"),
            "none reason=error_answer error=429 terminal");
  EXPECT_EQ(stream("<html>"), "none reason=stream_without_usage");
  const std::string chat = ": hello\n\n" + kFirst + kStop + kUsage + kDone;
  EXPECT_EQ(read_every_way(chat,
                           [](const Pieces& pieces) {
                             UsageMeter meter(BodyShape::json);
                             for (const std::string_view piece : pieces) meter.feed(piece);
                             return words(meter.finish(true));
                           }),
            "reported " + kCounts + " " + kIdentity + " terminal");
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
