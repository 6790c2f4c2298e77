// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "assembled.hpp"

namespace tollgate::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kDone = "data: [DONE]\n\n";
/// Long before the end, so that it stays; what may be half a value is not more than 256 bytes.
const std::string kBegin = "It is known: " + std::string(260, 'x') + " ";
constexpr std::string_view kHalf = "card 4111 1111 1111 111";

/// A stream of deltas of three bytes, each made by `event`.
template <class Event>
std::string spelled(const std::string& text, const Event& event) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) out += event(text.substr(at, 3));
  return out;
}

std::string chat(const std::string& choice) {
  return data_event(R"({"object":"chat.completion.chunk","choices":[{"index":0,)" + choice + "}]}");
}

/// Whatever the framing says: the backend went away, or ended the stream without its mark.
void expect_broken_off(const std::string& stream) {
  for (const bool whole : {true, false}) {
    const Assembled answer = assembled(stream, kEventStream, kRoomy, whole);
    EXPECT_EQ(answer.flags, "json streamed truncated");
    EXPECT_THAT(answer.body, HasSubstr("It is known:"));
    EXPECT_THAT(answer.body, Not(HasSubstr("4111")));
  }
}

void expect_whole(const std::string& stream) {
  const Assembled answer = assembled(stream, kEventStream, kRoomy, false);
  EXPECT_EQ(answer.flags, "json streamed all");
  EXPECT_THAT(answer.body, HasSubstr(kHalf));
}

TEST(BrokenOff, ATextOfAChatLosesWhatMayBeHalfAValue) {
  for (const char* const member : {"content", "refusal", "reasoning_content", "thoughts"}) {
    const std::string stream = spelled(kBegin + std::string(kHalf), [&](const std::string& piece) {
      return chat(R"("delta":{")" + std::string(member) + R"(":")" + piece + R"("})");
    });
    expect_broken_off(stream);
    expect_whole(stream + kDone);
    expect_whole(stream + chat(R"("delta":{},"finish_reason":"stop")"));
  }
}

TEST(BrokenOff, ATextThatCameInOnePieceToo) {
  expect_broken_off(
      chat(R"("delta":{"role":"assistant","content":")" + kBegin + std::string(kHalf) + R"("})"));
  expect_broken_off(data_event(R"({"object":"text_completion","choices":[{"index":0,"text":")" +
                               kBegin + std::string(kHalf) + R"("}]})"));
}

TEST(BrokenOff, TheArgumentsOfAToolToo) {
  const std::string begin =
      chat(R"("delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function",)"
           R"("function":{"name":"pay","arguments":""}}]})");
  const std::string stream =
      begin + spelled(kBegin + std::string(kHalf), [](const std::string& piece) {
        return chat(R"("delta":{"tool_calls":[{"index":0,"function":{"arguments":")" + piece +
                    R"("}}]})");
      });
  expect_broken_off(stream);
  expect_whole(stream + kDone);
  const nlohmann::json call = assembled(stream).json()["choices"][0]["message"]["tool_calls"][0];
  EXPECT_EQ(call["id"], "call_1");
  EXPECT_EQ(call["function"]["name"], "pay");
}

TEST(BrokenOff, OneChoiceThatHasEndedStays) {
  const Assembled answer =
      assembled(chat(R"("delta":{"content":"all"},"finish_reason":"stop")") +
                data_event(R"({"object":"chat.completion.chunk","choices":[{"index":1,)"
                           R"("delta":{"content":"4111 11"}}]})"));
  EXPECT_EQ(answer.flags, "json streamed truncated");
  EXPECT_EQ(answer.json()["choices"][0]["message"]["content"], "all");
  EXPECT_EQ(answer.json()["choices"][1]["message"]["content"], "");
}

TEST(BrokenOff, AnItemOfAResponseToo) {
  for (const char* const type :
       {"output_text", "function_call_arguments", "custom_tool_call_input", "refusal",
        "code_interpreter_call_code", "reasoning_summary_text", "something_new"}) {
    const std::string stream = spelled(kBegin + std::string(kHalf), [&](const std::string& piece) {
      return typed_event("response." + std::string(type) + ".delta",
                         R"("item_id":"m","output_index":0,"delta":")" + piece + "\"");
    });
    expect_broken_off(stream);
    expect_whole(stream +
                 typed_event("response.completed", R"("response":{"id":"r","output":[]})"));
  }
}

TEST(BrokenOff, AMessageOfARunAndATranscriptionToo) {
  const std::string run = spelled(kBegin + std::string(kHalf), [](const std::string& piece) {
    return "event: thread.message.delta\n" +
           data_event(R"({"id":"m","object":"thread.message.delta","delta":{"content":)"
                      R"([{"index":0,"type":"text","text":{"value":")" +
                      piece + R"("}}]}})");
  });
  expect_broken_off(run);
  expect_whole(run + "event: done\n" + kDone);
  const std::string spoken = spelled(kBegin + std::string(kHalf), [](const std::string& piece) {
    return typed_event("transcript.text.delta", R"("delta":")" + piece + "\"");
  });
  expect_broken_off(spoken);
  expect_whole(spoken + typed_event("transcript.text.done",
                                    R"("text":")" + kBegin + std::string(kHalf) + "\""));
}

TEST(BrokenOff, WhatIsNoStreamAndWhatIsNoJsonToo) {
  const std::string body = R"({"choices":[{"message":{"content":")" + kBegin + std::string(kHalf);
  const Assembled plain = assembled(body, "application/json", kRoomy, false);
  EXPECT_EQ(plain.flags, "json plain truncated");
  EXPECT_THAT(plain.body, HasSubstr("It is known:"));
  EXPECT_THAT(plain.body, Not(HasSubstr("4111")));
  const Assembled event =
      assembled("data: " + kBegin + std::string(kHalf), kEventStream, kRoomy, false);
  EXPECT_EQ(event.flags, "json streamed truncated");
  EXPECT_THAT(event.body, HasSubstr("It is known:"));
  EXPECT_THAT(event.body, Not(HasSubstr("4111")));
}

TEST(BrokenOff, TextsThatCameInOneObjectToo) {
  const auto kept = [](const std::string& value) {
    return assembled(chat(R"("delta":{"parts":)" + value + "}")).json()["choices"][0]["message"];
  };
  EXPECT_EQ(kept(R"({"role":"tool","a":[1,"4111"],"id":{"b":"x","c":["y"]},"d":"4111","n":null})")
                ["parts"],
            nlohmann::json::parse(
                R"({"role":"tool","a":[1,""],"id":{"b":"x","c":["y"]},"d":"","n":null})"));
  EXPECT_EQ(kept(R"([{"id":[],"t":"4111"},{"x":{"type":"s"},"y":"41\"11"}])")["parts"],
            nlohmann::json::parse(R"([{"id":[],"t":""},{"x":{"type":"s"},"y":""}])"));
}

// Of the first piece the end was cut, which began what the second goes on with.
TEST(BrokenOff, PiecesInArraysWithoutAnIndexLoseTheirEndTogether) {
  const auto pieces = [](const std::vector<std::string>& all) {
    std::string stream;
    for (const std::string& piece : all)
      stream += chat(R"("delta":{"parts":[{"piece":")" + piece + R"("}]})");
    const nlohmann::json message = assembled(stream).json()["choices"][0]["message"];
    std::string out;
    for (const auto& part : message["parts"]) out += part["piece"].get<std::string>() + "|";
    return out;
  };
  EXPECT_EQ(pieces({"key sk-proj-", "abcdEF"}), "||");
  EXPECT_EQ(pieces({"key sk-proj-", kBegin + "abc", "d"}), "key sk-proj-|It is known:||");
  EXPECT_EQ(pieces({"key sk-proj-", "abc " + std::string(300, 'x')}), "key sk-proj-|abc|");
}

}  // namespace
}  // namespace tollgate::audit
