// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "every_way.hpp"
#include "metered_streams.hpp"
#include "outcome_words.hpp"
#include "tollgate/usage/usage_meter.hpp"

// What the meter makes of the event streams of chats.
namespace tollgate::usage {
namespace {

using metered_streams::counted_stream;
using metered_streams::event;
using metered_streams::kDone;
using metered_streams::message;
using metered_streams::stream;

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

TEST(ChatStream, TellsTheIdOfItsAudio) {
  const std::string chunks =
      message(R"({"choices":[{"delta":{"content":"a","audio":{"id":"audio_1","data":""}}}]})") +
      message(R"({"choices":[{"delta":{"audio":{"data":"AAAA"}}}]})");
  for (const bool counts : {false, true}) {
    UsageMeter meter(BodyShape::server_sent_events, {.count_text = counts, .model = "gpt-4o"});
    meter.feed(kFirst + kDelta + chunks + kStop + kUsage + kDone);
    EXPECT_EQ(meter.finish(true).parts, std::vector<std::string>{"audio_1"});
  }
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
  const auto with = [](const std::string& delta) {
    return message(R"({"id":"c","choices":[{"delta":{)" + delta + R"(},"finish_reason":null}]})");
  };
  EXPECT_EQ(counted_stream(with(R"("function_call":{"arguments":"hello world"})") + error),
            "none error_after_content, generated 2, error x");
  EXPECT_EQ(counted_stream(with(R"("reasoning":"hello world")") + error),
            "none error_after_content, generated 2, error x");
  EXPECT_EQ(counted_stream(with(R"("audio":{"id":"audio_1","data":"AAAA"})") + error),
            "none error_after_content, generated none, error x");
  EXPECT_EQ(counted_stream(chunk + message(R"({"object":"error","code":"x"})")),
            "none error_after_content, generated 2, error x");
  EXPECT_EQ(counted_stream(chunk + message(R"({"choices":[{"finish_reason":"error"}]})")),
            "none error_after_content, generated 2, error ");
  const std::string completion =
      message(R"({"id":"c","choices":[{"text":"hello world","index":0,"finish_reason":null}]})");
  // In one event, whichever stands first.
  const std::string both = R"("choices":[{"delta":{"content":"hello world"}}])";
  const std::string failed = R"("error":{"code":"x"})";
  EXPECT_EQ(counted_stream(message("{" + both + "," + failed + "}")),
            "none error_after_content, generated 2, error x");
  EXPECT_EQ(counted_stream(message("{" + failed + "," + both + "}")),
            "none error_after_content, generated 2, error x");
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

}  // namespace
}  // namespace tollgate::usage
