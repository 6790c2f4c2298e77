// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/answer_head.hpp"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\n";
constexpr std::string_view kHints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";

/// All of `wire` a byte at a time, until something comes of it.
Result<bool> read_bytewise(AnswerHeadReader& reader, std::string_view wire, std::string& bytes,
                           ResponseHead& head) {
  for (const char c : wire) {
    bytes.push_back(c);
    Result<bool> whole = reader.read(bytes, head);
    if (!whole || *whole) return whole;
  }
  return false;
}

TEST(AnswerHeadReader, FindsTheHeadInWhateverPieces) {
  AnswerHeadReader reader(false);
  std::string bytes;
  ResponseHead head;
  const Result<bool> whole = read_bytewise(reader, kAnswer, bytes, head);
  ASSERT_TRUE(whole && *whole);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.find("x-a"), "b");
  EXPECT_EQ(reader.length(), kAnswer.size());
  EXPECT_EQ(head.body.length, 2U);
}

TEST(AnswerHeadReader, DropsInterimAnswersInFront) {
  for (const bool at_once : {true, false}) {
    AnswerHeadReader reader(false);
    const std::string wire = std::string(kHints) + std::string(kHints) + std::string(kAnswer);
    std::string bytes;
    ResponseHead head;
    if (at_once) bytes = wire + "ok";
    const Result<bool> whole =
        at_once ? reader.read(bytes, head) : read_bytewise(reader, wire, bytes, head);
    ASSERT_TRUE(whole && *whole);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(bytes.substr(0, reader.length()), kAnswer);
    EXPECT_EQ(bytes.substr(reader.length()), at_once ? "ok" : "");
  }
}

TEST(AnswerHeadReader, TakesAFewInterimAnswersOnly) {
  const auto after = [](int count) {
    AnswerHeadReader reader(false);
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += kHints;
    bytes += kAnswer;
    ResponseHead head;
    const Result<bool> whole = reader.read(bytes, head);
    return whole && *whole;
  };
  EXPECT_TRUE(after(AnswerHeadReader::kMostInterim));
  EXPECT_FALSE(after(AnswerHeadReader::kMostInterim + 1));
}

TEST(AnswerHeadReader, RefusesWhatCanBecomeNoAnswer) {
  for (const std::string& wire :
       {std::string("HTTP/1.1 101 Switching Protocols\r\n\r\n"), std::string("HTTP/2 200\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\nA: b\n\n"),
        "HTTP/1.1 200 OK\r\nA: " + std::string(AnswerHeadReader::kLimits.bytes, 'x')}) {
    AnswerHeadReader reader(false);
    std::string bytes = wire;
    ResponseHead head;
    const Result<bool> whole = reader.read(bytes, head);
    ASSERT_FALSE(whole) << wire.substr(0, 40);
    EXPECT_EQ(whole.error().code, Errc::protocol);
  }
}

TEST(AnswerHeadReader, AHeadRequestsAnswerHasNoBodyAlsoAfterItsBytesMoved) {
  AnswerHeadReader reader(true);
  std::string bytes(kAnswer);
  ResponseHead head;
  ASSERT_TRUE(reader.read(bytes, head).value());
  EXPECT_EQ(head.body.kind, Framing::none);
  const std::string moved = bytes;
  bytes.assign(bytes.size(), '?');
  read_moved_head(moved, head);
  EXPECT_EQ(head.find("x-a"), "b");
  EXPECT_EQ(head.body.kind, Framing::none);
}

}  // namespace
}  // namespace tollgate::http
