// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "assembled.hpp"

namespace tollgate::audit {
namespace {

using nlohmann::json;

/// A chunk of a chat with one choice's members.
std::string chunk(std::string_view choice) {
  std::string out =
      R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","obfuscation":"xx",)";
  return data_event(out.append(R"("choices":[{)").append(choice).append("}]}"));
}

std::string delta(std::string_view members, int index = 0) {
  return chunk("\"index\":" + std::to_string(index) + R"(,"finish_reason":null,"delta":{)" +
               std::string(members) + "}");
}

const std::string kDone = "data: [DONE]\n\n";

TEST(CompletionAssembly, ADefaultStreamOfAzureBecomesACompletion) {
  const std::string prompt =
      R"({"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":)"
      R"([{"prompt_index":0,"content_filter_results":)"
      R"({"hate":{"filtered":false,"severity":"low"}}}]})";
  const std::string last = R"({"choices":[],"created":7,"id":"c1","model":"m",)"
                           R"("object":"chat.completion.chunk","usage":{"total_tokens":18}})";
  const Assembled answer =
      assembled(data_event(prompt) + delta(R"("role":"assistant","content":"","refusal":null)") +
                delta(R"("content":"Blue")") + delta(R"("content":" \u00e9\n")") +
                chunk(R"("index":0,"delta":{},"finish_reason":"stop","logprobs":{"content":[1]},)"
                      R"("content_filter_results":{"hate":{"filtered":false,"severity":"safe"}})") +
                data_event(last) + kDone);
  EXPECT_EQ(answer.flags, "json streamed all");
  EXPECT_EQ(answer.json(), json::parse(R"({
    "id":"c1","object":"chat.completion","created":7,"model":"m","usage":{"total_tokens":18},
    "prompt_filter_results":
      [{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"low"}}}],
    "choices":[{"index":0,"finish_reason":"stop",
      "content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},
      "message":{"role":"assistant","content":"Blue é\n","refusal":null}}]})"));
}

TEST(CompletionAssembly, ToolCallsAreMergedByTheirIndex) {
  const Assembled answer = assembled(
      delta(R"("role":"assistant","content":null,"tool_calls":[{"index":0,"id":"a",)"
            R"("type":"function",)"
            R"("function":{"name":"f","arguments":""}}])") +
      delta(R"("tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g",)"
            R"("arguments":"{"}}])") +
      delta(R"("tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}])") +
      delta(
          R"("tool_calls":[{"index":1,"function":{"arguments":"}"}},)"
          R"({"index":0,"id":"a","type":"function","function":{"name":"f","arguments":":1}"}}])") +
      chunk(R"("index":0,"delta":{},"finish_reason":"tool_calls")") + kDone);
  EXPECT_EQ(answer.json()["choices"][0]["message"], json::parse(R"({
    "role":"assistant","content":null,"tool_calls":[
      {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
      {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]})"));
}

TEST(CompletionAssembly, ToolCallsOfOneDeltaHaveNoIndexEither) {
  const Assembled answer =
      assembled(delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}])"));
  EXPECT_EQ(answer.json()["choices"][0]["message"]["tool_calls"],
            json::parse(R"([{"id":"a","function":{"name":"f"}}])"));
}

TEST(CompletionAssembly, ChoicesInterleave) {
  const Assembled answer =
      assembled(delta(R"("content":"a")", 1) + delta(R"("content":"x")", 0) +
                delta(R"("content":"b","reasoning_content":"why")", 1) +
                delta(R"("refusal":"no","function_call":{"name":"f","arguments":"1"})", 0) +
                delta(R"("refusal":"pe","function_call":{"arguments":"2"})", 0) + kDone);
  EXPECT_EQ(answer.json()["choices"], json::parse(R"([
    {"index":0,"finish_reason":null,"message":
      {"content":"x","refusal":"nope","function_call":{"name":"f","arguments":"12"}}},
    {"index":1,"finish_reason":null,"message":{"content":"ab","reasoning_content":"why"}}])"));
}

TEST(CompletionAssembly, ASurrogatePairThatWasCutInTwoIsOneCharacter) {
  EXPECT_EQ(assembled(delta(R"("content":"\ud83d")") + delta(R"("content":"\ude00!")") + kDone)
                .json()["choices"][0]["message"]["content"],
            "\xF0\x9F\x98\x80!");
  EXPECT_EQ(assembled(delta(R"("content":"\ud83d")") + delta(R"("content":"x\ude00")") + kDone)
                .json()["choices"][0]["message"]["content"],
            "\xEF\xBF\xBDx\xEF\xBF\xBD");
}

TEST(CompletionAssembly, BytesThatAreNoUtf8AreMended) {
  EXPECT_EQ(assembled(delta("\"content\":\"a\xFF\x63\"") + kDone)
                .json()["choices"][0]["message"]["content"],
            "a\xEF\xBF\xBD\x63");
}

TEST(CompletionAssembly, LateFilterResultsLeaveTheWorst) {
  const std::string late =
      R"({"id":"","object":"","created":0,"model":"","choices":[{"index":0,"finish_reason":)"
      R"("content_filter","content_filter_offsets":{"check_offset":4},"content_filter_results":)"
      R"({"violence":{"filtered":true,"severity":"high"}}}]})";
  const json choice =
      assembled(delta(R"("content":"a")") +
                chunk(R"("index":0,"delta":{},"finish_reason":"stop","content_filter_results":)"
                      R"({"violence":{"filtered":false,"severity":"safe"}})") +
                data_event(late) +
                chunk(R"("index":0,"finish_reason":null,"content_filter_results":)"
                      R"({"violence":{"filtered":false,"severity":"low"}})"))
          .json()["choices"][0];
  EXPECT_EQ(choice["finish_reason"], "content_filter");
  EXPECT_EQ(choice["content_filter_results"],
            json::parse(R"({"violence":{"filtered":true,"severity":"high"}})"));
  EXPECT_EQ(choice["content_filter_offsets"]["check_offset"], 4);
}

TEST(CompletionAssembly, LegacyCompletionsKeepTheirText) {
  const std::string begin =
      R"({"id":"x","object":"text_completion","model":"m","choices":[{"index":0,)";
  EXPECT_EQ(assembled(data_event(begin + R"("text":"Hel","finish_reason":null}]})") +
                      data_event(begin + R"("text":"lo","finish_reason":"length"}]})") + kDone)
                .json(),
            json::parse(R"({"id":"x","object":"text_completion","model":"m","choices":
              [{"index":0,"text":"Hello","finish_reason":"length"}]})"));
}

TEST(CompletionAssembly, AnErrorStandsBesideWhatCame) {
  const Assembled answer =
      assembled(delta(R"("content":"Bl")") + data_event(R"({"error":{"code":"x","message":"y"}})"));
  EXPECT_EQ(answer.json()["error"]["code"], "x");
  EXPECT_EQ(answer.json()["choices"][0]["message"]["content"], "") << "half a value, perhaps";
}

TEST(CompletionAssembly, SpokenAnswersAreDescribed) {
  const std::string audio(400, 'A');  // 300 bytes of zero
  const json two = assembled(delta(R"("audio":{"transcript":"He","data":")" + audio + "\"}") +
                             delta(R"("audio":{"transcript":"y","data":")" + audio + "\"}") + kDone)
                       .json()["choices"][0]["message"]["audio"];
  EXPECT_EQ(two["transcript"], "Hey");
  EXPECT_EQ(two["data"]["bytes"], 600);
  EXPECT_EQ(two["data"]["pieces"], 2);
}

TEST(CompletionAssembly, ChoicesWithoutAnIndexAreKnownByTheirOrder) {
  const auto both = [](std::string_view first, std::string_view second) {
    return data_event(R"({"object":"chat.completion.chunk","choices":[{"delta":{"content":")" +
                      std::string(first) + R"("}},{"delta":{"content":")" + std::string(second) +
                      "\"}}]}");
  };
  const json choices =
      assembled(both("alice@exam", "4012 88") + both("ple.com", "88") + kDone).json()["choices"];
  ASSERT_EQ(choices.size(), 2U);
  EXPECT_EQ(choices[0]["message"]["content"], "alice@example.com");
  EXPECT_EQ(choices[1]["message"]["content"], "4012 8888");
}

TEST(CompletionAssembly, AnIndexMayBeAString) {
  const auto said = [](std::string_view index, std::string_view text) {
    return chunk(R"("index":)" + std::string(index) + R"(,"delta":{"content":")" +
                 std::string(text) + "\"}");
  };
  const json choices = assembled(said("\"0\"", "alice@exam") + said("\"1\"", "no") +
                                 said("0", "ple") + said("\"0\"", ".com") + kDone)
                           .json()["choices"];
  ASSERT_EQ(choices.size(), 2U);
  EXPECT_EQ(choices[0]["message"]["content"], "alice@example.com");
}

std::string calls(std::string_view elements) {
  return delta("\"tool_calls\":[" + std::string(elements) + "]");
}
std::string call(std::string_view before, std::string_view arguments) {
  return "{" + std::string(before) + R"("function":{"arguments":")" + std::string(arguments) +
         "\"}}";
}

json calls_of(const std::string& stream) {
  return assembled(stream + kDone).json()["choices"][0]["message"]["tool_calls"];
}

TEST(CompletionAssembly, CallsWithoutAnIndexAreKnownByIdAndByOrder) {
  const json by_order = calls_of(calls(call(R"("id":"a",)", "alice@")) + calls(call("", "exam")) +
                                 calls(call("", "ple.com")) + calls(call(R"("id":"b",)", "4012 ")) +
                                 calls(call("", "8888")));
  ASSERT_EQ(by_order.size(), 2U);
  EXPECT_EQ(by_order[0]["function"]["arguments"], "alice@example.com");
  EXPECT_EQ(by_order[1]["function"]["arguments"], "4012 8888");
  const json by_id =
      calls_of(calls(call(R"("id":"a",)", "alice@exam")) + calls(call(R"("id":"b",)", "4012 ")) +
               calls(call(R"("id":"a",)", "ple.com")));
  ASSERT_EQ(by_id.size(), 2U);
  EXPECT_EQ(by_id[0]["function"]["arguments"], "alice@example.com");
  const json by_place = calls_of(calls(call("", "alice@exam") + "," + call("", "4012 ")) +
                                 calls(call("", "ple.com") + "," + call("", "8888")));
  ASSERT_EQ(by_place.size(), 2U);
  EXPECT_EQ(by_place[0]["function"]["arguments"], "alice@example.com");
  const json without = calls_of(calls(call("", "alice@exam")) + calls(call("", "ple.com")));
  ASSERT_EQ(without.size(), 1U);
  EXPECT_EQ(without[0]["function"]["arguments"], "alice@example.com");
  const json of_strings =
      calls_of(calls(call(R"("index":"0",)", "alice@exam")) + calls(call(R"("index":"1",)", "no")) +
               calls(call(R"("index":"0",)", "ple.com")));
  EXPECT_EQ(of_strings[0]["function"]["arguments"], "alice@example.com");
}

}  // namespace
}  // namespace tollgate::audit
