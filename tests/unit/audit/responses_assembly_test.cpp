// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "assembled.hpp"

namespace tollgate::audit {
namespace {

using nlohmann::json;

const std::string kCreated =
    typed_event("response.created", R"("response":{"id":"r1","object":"response","status":)"
                                    R"("in_progress","model":"m","output":[],"usage":null})");
const std::string kMessageAdded =
    typed_event("response.output_item.added", R"("output_index":0,"item":{"id":"m1","type":)"
                                              R"("message","role":"assistant","content":[]})");

std::string of_item(std::string_view type, std::string_view members, std::string_view index = "0") {
  return typed_event("response." + std::string(type),
                     "\"output_index\":" + std::string(index) + "," + std::string(members));
}

std::string text_delta(std::string_view text) {
  return of_item("output_text.delta", R"("item_id":"m1","content_index":0,"delta":")" +
                                          std::string(text) + R"(","logprobs":[])");
}

TEST(ResponsesAssembly, TheTerminalEventWins) {
  const Assembled answer = assembled(
      kCreated + kMessageAdded + text_delta("Bl") +
      typed_event("response.completed",
                  R"("response":{"id":"r1","object":"response","status":"completed","output":)"
                  R"([{"id":"m1","type":"message","content":[{"type":"output_text","text":)"
                  R"("Blue"}]}],"usage":{"total_tokens":3}})"));
  EXPECT_EQ(answer.flags, "json streamed all");
  EXPECT_EQ(answer.json(), json::parse(R"({"id":"r1","object":"response","status":"completed",
    "output":[{"id":"m1","type":"message","content":[{"type":"output_text","text":"Blue"}]}],
    "usage":{"total_tokens":3}})"));
}

TEST(ResponsesAssembly, StreamedItemsThatAreMissingAreAddedInTheirPlaces) {
  const json output =
      assembled(kCreated +
                of_item("output_item.done", R"("item":{"id":"rs","type":"reasoning"})", "0") +
                of_item("output_item.done", R"("item":{"id":"m1","type":"message"})", "1") +
                of_item("output_item.done", R"("item":{"id":"f1","type":"function_call"})", "2") +
                typed_event("response.completed", R"("response":{"status":"completed","output":)"
                                                  R"([{"id":"m1","type":"message"}]})"))
          .json()["output"];
  EXPECT_EQ(output, json::parse(R"([{"id":"rs","type":"reasoning"},{"id":"m1","type":"message"},
                                    {"id":"f1","type":"function_call"}])"));
}

TEST(ResponsesAssembly, WithoutATerminalEventItIsBuiltFromWhatCame) {
  const Assembled answer = assembled(
      kCreated + kMessageAdded +
          of_item("content_part.added",
                  R"("content_index":0,"part":{"type":"output_text","text":"","annotations":[]})") +
          text_delta("Bl") + text_delta("ue") +
          of_item("output_text.annotation.added",
                  R"("content_index":0,"annotation":{"type":"url_citation","url":"u"})") +
          of_item("refusal.delta", R"("content_index":1,"delta":"No")") +
          of_item("reasoning_summary_text.delta",
                  R"("item_id":"rs","summary_index":0,"delta":"Thi")", "1") +
          of_item("reasoning_summary_text.delta", R"("summary_index":0,"delta":"nk")", "1") +
          of_item("output_item.added",
                  R"("item":{"id":"f1","type":"function_call","name":"f","arguments":""})", "2") +
          of_item("function_call_arguments.delta", R"("delta":"{\"a\":")", "2") +
          of_item("function_call_arguments.delta", R"("delta":"1}")", "2") +
          of_item("output_item.added", R"("item":{"id":"ci","type":"code_interpreter_call"})",
                  "3") +
          of_item("code_interpreter_call.interpreting", R"("item_id":"ci")", "3") +
          of_item("code_interpreter_call_code.delta", R"("delta":"print")", "3") +
          of_item("code_interpreter_call_code.done", R"("code":"f")", "3") +
          of_item("shell_call_output_content.delta", R"("delta":{"stdout":"x"})", "4"),
      kEventStream, kRoomy, false);
  EXPECT_EQ(answer.json(), json::parse(R"({"id":"r1","object":"response","status":"incomplete",
    "model":"m","usage":null,"output":[
    {"id":"m1","type":"message","role":"assistant","content":[
      {"type":"output_text","text":"","annotations":[{"type":"url_citation","url":"u"}]},
      {"type":"refusal","refusal":""}]},
    {"id":"rs","summary":[{"type":"summary_text","text":""}]},
    {"id":"f1","type":"function_call","name":"f","arguments":""},
    {"id":"ci","type":"code_interpreter_call","code":"f"},
    {"shell_call_output_content":{"stdout":""}}]})"));
}

TEST(ResponsesAssembly, AThrottledStreamKeepsItsErrorInEitherOrder) {
  const std::string error =
      typed_event("error", R"("error":{"type":"too_many_requests","code":"rate_limit_exceeded"})");
  const std::string failed = typed_event(
      "response.failed", R"("response":{"id":"r1","status":"failed","error":null,"output":[]})");
  for (const std::string& stream : {kCreated + error + failed, kCreated + failed + error}) {
    const json body = assembled(stream).json();
    EXPECT_EQ(body["error"]["code"], "rate_limit_exceeded");
    EXPECT_EQ(body["status"], "failed");
  }
}

TEST(ResponsesAssembly, AnErrorBesideTheResponsesOwnIsKeptToo) {
  const json body =
      assembled(kCreated + typed_event("error", R"("code":"flat","message":"m")") +
                typed_event("response.failed",
                            R"("response":{"status":"failed","error":{"code":"own"}})"))
          .json();
  EXPECT_EQ(body["error"]["code"], "own");
  EXPECT_EQ(body["stream_error"]["code"], "flat");
}

TEST(ResponsesAssembly, ImagesAreDescribed) {
  const std::string image(400, 'A');
  const json item = assembled(of_item("image_generation_call.partial_image",
                                      R"("item_id":"ig","partial_image_b64":")" + image + "\""))
                        .json()["output"][0];
  EXPECT_EQ(item["partial_images"][0]["bytes"], 300);
}

TEST(ResponsesAssembly, EventsThatNobodyKnowsAreKept) {
  const json body =
      assembled(kCreated + typed_event("response.new_thing", R"("answer":42)")).json();
  EXPECT_EQ(body["events"], json::parse(R"([{"event":"response.new_thing","data":
              {"type":"response.new_thing","answer":42}}])"));
}

TEST(ResponsesAssembly, ItemsWithoutAnIndexAreKnownByTheirIdOrByOrder) {
  const auto said = [](std::string_view where, std::string_view text) {
    return typed_event("response.output_text.delta",
                       std::string(where) + R"("delta":")" + std::string(text) + "\"");
  };
  const std::string first = R"("item_id":"a",)";
  const std::string second = R"("item_id":"b",)";
  const auto output = [](const std::string& stream) {
    return assembled(stream + "data: [DONE]\n\n").json()["output"];
  };
  const auto by_id = output(said(first, "alice@exam") + said(second, "4012 ") + said(first, "ple") +
                            said(first, ".com") + said(second, "8888"));
  ASSERT_EQ(by_id.size(), 2U);
  EXPECT_EQ(by_id[0]["content"][0]["text"], "alice@example.com");
  EXPECT_EQ(by_id[1]["content"][0]["text"], "4012 8888");
  const auto begun = [](std::string_view id) {
    return typed_event("response.output_item.added",
                       R"("item":{"id":")" + std::string(id) + R"(","type":"message"})");
  };
  const auto by_order = output(begun("a") + said("", "alice@exam") + said("", "ple.com") +
                               begun("b") + said("", "4012 8888"));
  ASSERT_EQ(by_order.size(), 2U);
  EXPECT_EQ(by_order[0]["content"][0]["text"], "alice@example.com");
  EXPECT_EQ(by_order[1]["content"][0]["text"], "4012 8888");
  const auto of_strings = output(said(R"("output_index":"0","content_index":"0",)", "alice@exam") +
                                 said(R"("output_index":"1","content_index":"0",)", "no") +
                                 said(R"("output_index":"0","content_index":"0",)", "ple.com"));
  EXPECT_EQ(of_strings[0]["content"][0]["text"], "alice@example.com");
}

}  // namespace
}  // namespace tollgate::audit
