// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "unlabelled_events.hpp"

#include <gtest/gtest.h>

#include "assembled.hpp"

namespace tollgate::audit {
namespace {

using nlohmann::json;

/// The chunks of a chat that spells a text letter by letter.
std::vector<std::string> chunks(const std::string& text) {
  std::vector<std::string> out;
  for (const char letter : text) {
    out.push_back(R"({"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":)"
                  R"({"content":")" +
                  std::string(1, letter) + R"("},"finish_reason":null}]})");
  }
  out.push_back(R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},)"
                R"("finish_reason":"stop"}]})");
  return out;
}

std::string joined(const std::string& before, const std::string& behind) {
  std::string out;
  for (const std::string& chunk : chunks("alice@example.com")) out += before + chunk + behind;
  return out;
}

std::string array() {
  std::string out = joined("", ",\n");
  out.resize(out.size() - 2);
  return "[" + out + "]";
}

TEST(UnlabelledEvents, AStreamIsToldByItsBytes) {
  const std::string sse = joined("data: ", "\n\n");
  for (const auto& [body, type] : {std::pair(sse + "data: [DONE]\n\n", "text/plain"),
                                   {sse, "text/html"},
                                   {sse, "application/octet-stream"},
                                   {": ping\n\nid: 1\n" + sse, "binary/octet-stream"},
                                   {"id: 1\r\n" + joined("data:", "\r\n\r\n"), "application/json"},
                                   {joined("", "\n"), "application/x-ndjson"},
                                   {joined("", "\n"), "text/event-stream"},
                                   {joined("", ""), "application/json"},
                                   {joined("\x1E", "\n"), "text/plain"},
                                   {array(), "application/json"},
                                   {" \n" + array(), "text/plain"}}) {
    const Assembled answer = assembled(body, type);
    EXPECT_EQ(answer.flags, "json streamed all") << type << body.substr(0, 40);
    EXPECT_EQ(answer.json()["choices"][0]["message"]["content"], "alice@example.com") << type;
  }
}

TEST(UnlabelledEvents, SoAreLegacyCompletions) {
  const auto chunk = [](const std::string& text, const std::string& why_ended) {
    return R"({"id":"c","object":"text_completion","choices":[{"index":0,"text":")" + text +
           R"(","finish_reason":)" + why_ended + "}]}";
  };
  const std::string first = chunk("mail alice@exam", "null");
  const std::string last = chunk("ple.com now", "\"stop\"");
  for (const auto& [body, type] : {std::pair(first + "\n" + last + "\n", "text/plain"),
                                   {first + "\n" + last, "application/x-ndjson"},
                                   {"[" + first + "," + last + "]", "application/json"}}) {
    const Assembled answer = assembled(body, type);
    EXPECT_EQ(answer.flags, "json streamed all") << type;
    EXPECT_EQ(answer.json()["choices"][0]["text"], "mail alice@example.com now") << type;
  }
  const std::string answers = last + "\n" + last + "\n";  // of a batch, each whole
  EXPECT_EQ(assembled(answers, "application/x-ndjson").body, answers);
}

// By the standard a stream may begin so; the meter reads it, too.
TEST(UnlabelledEvents, OneMayBeginWithAnyLineOfEvents) {
  const std::string events = joined("data: ", "\n\n");
  for (const std::string first :
       {"data\n", "data\n\n", ":\n", "retry: 5\n", "event\r\n", "\xEF\xBB\xBF"}) {
    const Assembled answer = assembled(first + events, "text/plain");
    EXPECT_EQ(answer.flags, "json streamed all") << first;
    EXPECT_EQ(answer.json()["choices"][0]["message"]["content"], "alice@example.com") << first;
    EXPECT_EQ(assembled(first + events, "application/json").flags, "json streamed all") << first;
  }
}

// They are passed over by who reads a stream; here they stay, beside the answer.
TEST(UnlabelledEvents, FieldsThatNobodyKnowsMakeNoOtherText) {
  const std::string events = joined("data: ", "\n\n");
  EXPECT_EQ(assembled("mood: good\n" + events, "application/json").flags, "json streamed all");
  for (const std::string& body :
       {"mood: good\n" + events, "x-mood: 1\n\n" + events, joined("mood: good\ndata: ", "\n\n")}) {
    const Assembled answer = assembled(body, "text/plain");
    EXPECT_EQ(answer.flags, "json streamed all") << body.substr(0, 40);
    EXPECT_EQ(answer.json()["choices"][0]["message"]["content"], "alice@example.com");
    EXPECT_NE(answer.body.find("mood: "), std::string::npos);
  }
  for (const std::string& text :
       {"Note: so\n" + events, "mood good\n" + events, events + "that is: all of it\n",
        "mood: good\n" + joined("", "\n")})
    EXPECT_EQ(assembled(text, "text/plain").body, text);
}

// A speaker had dictated it: the row showed an answer that nobody had seen.
TEST(UnlabelledEvents, WhatIsKnownForTextStaysAsItsUserSawIt) {
  const std::string sse = joined("data: ", "\n\n");
  for (const std::string& body : {sse, joined("", "\n"), array()}) {
    for (const char* const type : {"text/plain", "", "application/octet-stream",
                                   "text/event-stream", "application/x-subrip"}) {
      AnswerAssembly assembly(type, kRoomy, AnswerKind::text);
      assembly.feed(body);
      const AssembledAnswer answer = assembly.finish(true);
      EXPECT_EQ(answer.body, body) << type;
      EXPECT_FALSE(answer.streamed || answer.truncated) << type;
    }
  }
}

TEST(UnlabelledEvents, OneThatBreaksOffIsCut) {
  std::string body = joined("", "\n");
  body.resize(body.find("finish_reason\":\"stop"));
  const Assembled answer = assembled(body, "application/x-ndjson", kRoomy, false);
  EXPECT_EQ(answer.flags, "json streamed truncated");
  EXPECT_EQ(answer.json()["choices"][0]["message"]["content"], "");
}

TEST(UnlabelledEvents, WhatIsNoStreamStaysAsItIs) {
  for (const std::string& body :
       {"now:\n" + joined("", "\n") + "that was all", std::string("data: {app: web}"),
        std::string("id: 7\ndata: {\"delta\":\"a\"}\nevent: {x}\n"),
        std::string("id: 7\ndata: {\"delta\":\"a\"}\nevent: {\"x\":1}\n"),
        std::string("data: {\"a\":1}\n\n"),
        std::string("Say {\"delta\":\"al\"} first, then {\"delta\":\"b\"} as in the guide."),
        std::string("{\"delta\":\"al\"}\n{x}\n{\"delta\":\"b\"}\n")}) {
    EXPECT_EQ(assembled(body, "text/plain").body, body);
  }
  for (const std::string body :
       {"{\"a\":1}\n{\"b\":2}\n", "data: a word", "See {\"delta\":1}: this",
        "See {\"delta\":\"x\"} in the guide", "data:\n  labels: {app: web}\nid: 7\n: note\n",
        "[{\"text\":\"a\"},{\"text\":\"b\"}]", "{ { {", "}{", "{\"choices\":[{\"delta\":{}}]}"}) {
    EXPECT_EQ(assembled(body, "text/plain").body, body);
  }
  EXPECT_FALSE(is_unlabelled_stream("", 100));
}

}  // namespace
}  // namespace tollgate::audit
