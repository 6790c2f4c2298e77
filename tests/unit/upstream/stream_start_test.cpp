// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "stream_start.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace tollgate::upstream {
namespace {

using Kind = StreamStart::Kind;

std::string event(const std::string& name, const std::string& data) {
  return (name.empty() ? "" : "event: " + name + "\n") + "data: " + data + "\n\n";
}

std::string created(std::size_t padding = 0, bool type_last = false) {
  const std::string response = R"("response":{"id":"resp_1","status":"in_progress","error":null,)"
                               R"("instructions":")" +
                               std::string(padding, 'x') + R"(","usage":null})";
  const std::string type = R"("type":"response.created")";
  return event("response.created",
               "{" + (type_last ? response + "," + type : type + "," + response) + "}");
}

const std::string kError =
    event("error", R"({"type":"error","error":{"type":"too_many_requests",)"
                   R"("code":"rate_limit_exceeded","headers":{"x-ms-fe-error":"true"},)"
                   R"("message":"exceeded","param":null},"sequence_number":1})");
const std::string kFailed =
    event("response.failed",
          R"({"type":"response.failed","response":{"id":"resp_1",)"
          R"("status":"failed","error":{"code":"rate_limit_exceeded","message":"m"}}})");
const std::string kFailedNoReason =
    event("response.failed", R"({"type":"response.failed","response":)"
                             R"({"status":"failed","error":null,"usage":null}})");
const std::string kDelta =
    event("response.output_text.delta", R"({"type":"response.output_text.delta","delta":"error"})");

std::string failed_with(const std::string& members) {
  return created() + event("error", "{" + members + "}");
}

struct Case {
  const char* name;
  std::string body;
  Kind kind;
  int status = 0;
  std::string code;
};

std::vector<Case> cases() {
  return {
      {"error_first", created() + kError + kFailed, Kind::failed, 429, "rate_limit_exceeded"},
      {"failed_first", created() + kFailed + kError, Kind::failed, 429, "rate_limit_exceeded"},
      {"billed_failure",
       created() + event("response.failed", R"({"type":"response.failed","response":)"
                                            R"({"status":"failed","error":{"code":"server_error"},)"
                                            R"("usage":{"total_tokens":8}}})"),
       Kind::ordinary},
      {"reason_only_in_the_error_behind", created() + kFailedNoReason + kError, Kind::failed, 429,
       "rate_limit_exceeded"},
      {"no_reason_at_all", created() + kFailedNoReason, Kind::failed, 500, "server_error"},
      {"no_reason_before_another_event", created() + kFailedNoReason + kDelta, Kind::failed, 500,
       "server_error"},
      {"after_queued_and_in_progress",
       created() + event("", R"({"type":"response.queued"})") +
           event("", R"({"type":"response.in_progress"})") + kError,
       Kind::failed, 429, "rate_limit_exceeded"},
      {"at_once", kError, Kind::failed, 429, "rate_limit_exceeded"},
      {"cut_off_inside_its_last_line", created() + kError.substr(0, kError.size() - 2),
       Kind::failed, 429, "rate_limit_exceeded"},
      {"created_of_200_kb", created(200'000) + kError, Kind::failed, 429, "rate_limit_exceeded"},
      {"created_with_type_last", created(20'000, true) + kError, Kind::failed, 429,
       "rate_limit_exceeded"},
      {"no_capacity",
       failed_with(R"("type":"error","error":{"type":"server_error","code":"no_capacity"})"),
       Kind::failed, 429, "no_capacity"},
      {"provisioned", failed_with(R"("type":"error","error":{"code":"rate_limit_reached"})"),
       Kind::failed, 429, "rate_limit_reached"},
      {"flat_error", failed_with(R"("type":"error","code":"rate_limit_exceeded","message":"m")"),
       Kind::failed, 429, "rate_limit_exceeded"},
      {"server_error", failed_with(R"("type":"error","error":{"type":"server_error","code":null})"),
       Kind::failed, 500, "server_error"},
      {"forbidden", failed_with(R"("type":"error","error":{"type":"forbidden","code":"x"})"),
       Kind::failed, 403, "x"},
      {"user_error", failed_with(R"("type":"error","error":{"type":"user_error","code":"bad"})"),
       Kind::failed, 400, "bad"},
      {"missing_deployment",
       failed_with(R"("type":"error","error":{"type":"invalid_request_error","code":null})"),
       Kind::failed, 400, "invalid_request_error"},
      {"policy",
       created() + event("", R"({"type":"response.failed","response":{"error":)"
                             R"({"code":"invalid_prompt"}}})"),
       Kind::failed, 400, "invalid_prompt"},
      {"chat_error", event("", R"({"error":{"message":"m","type":"server_error","code":"500"}})"),
       Kind::failed, 500, "500"},
      {"healthy", created() + event("", R"({"type":"response.in_progress"})") + kDelta,
       Kind::ordinary},
      {"error_after_work_began", created() + kDelta + kError, Kind::ordinary},
      {"chat", event("", R"({"choices":[{"delta":{"content":"too_many_requests"}}],"error":null})"),
       Kind::ordinary},
      {"done_only", event("", "[DONE]"), Kind::ordinary},
      {"not_json", event("", "{oops"), Kind::ordinary},
      {"not_an_object", event("", "[1]"), Kind::ordinary},
      {"empty", "", Kind::ordinary},
      {"created_and_nothing_else", created(), Kind::ordinary},
      {"comments_and_other_fields",
       ": hello\n\nid: 7\nretry: 5\n\n" + created() + ": ping\n\n" + kError, Kind::failed, 429,
       "rate_limit_exceeded"},
      {"byte_order_mark",
       "\xEF\xBB\xBF" + event("", R"({"type":"error","code":"rate_limit_exceeded"})"), Kind::failed,
       429, "rate_limit_exceeded"},
      {"a_string_cannot_span_lines",
       "data:{\"type\":\"error\",\"code\":\"rate_limit_\ndata:exceeded\"}\n\n", Kind::ordinary},
      {"data_on_two_lines", "data:{\"type\":\"error\",\ndata:\"code\":\"rate_limit_exceeded\"}\n\n",
       Kind::failed, 429, "rate_limit_exceeded"},
  };
}

void expect(const StreamStart::Finding& found, const Case& wanted, const std::string& how) {
  EXPECT_EQ(found.kind, wanted.kind) << wanted.name << " " << how;
  EXPECT_EQ(found.status, wanted.status) << wanted.name << " " << how;
  EXPECT_EQ(found.error_code, wanted.code) << wanted.name << " " << how;
}

/// The body in pieces of the sizes that `next` gives.
template <class Next>
StreamStart::Finding read(std::string_view body, Next next) {
  StreamStart start;
  while (!body.empty()) {
    const std::size_t size = std::min<std::size_t>(body.size(), next());
    start.feed(body.substr(0, size));
    body.remove_prefix(size);
  }
  return start.finish();
}

std::string with_line_ends(const std::string& body, const std::string& end) {
  std::string out;
  for (const char c : body) c == '\n' ? out.append(end) : out.append(1, c);
  return out;
}

TEST(StreamStart, FindsTheSameInAnySplitAndWithAnyLineEnd) {
  std::mt19937 random(20261124);
  for (const Case& wanted : cases()) {
    for (const std::string end : {"\n", "\r\n", "\r"}) {
      const std::string body = with_line_ends(wanted.body, end);
      expect(read(body, [&] { return body.size(); }), wanted, "whole");
      expect(read(body, [] { return 1; }), wanted, "byte by byte");
      for (int round = 0; round < 2; ++round) {
        expect(read(body, [&] { return 1 + random() % 300; }), wanted, "in pieces");
      }
    }
  }
}

TEST(StreamStart, DecidesAsSoonAsTheTellingEventIsWhole) {
  StreamStart start;
  EXPECT_EQ(start.feed(created()).kind, Kind::need_more);
  EXPECT_EQ(start.feed(kError.substr(0, kError.size() - 1)).kind, Kind::need_more);
  EXPECT_EQ(start.feed("\n").kind, Kind::failed);
  StreamStart other;
  other.feed(created());
  EXPECT_EQ(other.feed(kDelta).kind, Kind::ordinary);
  EXPECT_EQ(other.feed(kError).kind, Kind::ordinary);  // what is decided stays decided
}

TEST(StreamStart, GoesByTheBytesWhereTheLabelSaysNothing) {
  StreamStart stream(usage::BodyShape::unsure);
  EXPECT_EQ(stream.feed("dat").kind, Kind::need_more);
  EXPECT_EQ(stream.feed("a:{\"type\":\"error\",\"code\":\"429\"}\n\n").status, 429);
  StreamStart json(usage::BodyShape::unsure);
  EXPECT_EQ(json.feed(" {\"type\"").kind, Kind::ordinary);
}

TEST(StreamStart, GivesUpOnAnOpeningThatIsTooLong) {
  const std::string longest = created(StreamStart::kLookAhead);
  StreamStart start;
  EXPECT_EQ(start.feed(longest.substr(0, StreamStart::kLookAhead)).kind, Kind::need_more);
  EXPECT_EQ(start.feed("x").kind, Kind::ordinary);
}

}  // namespace
}  // namespace tollgate::upstream
