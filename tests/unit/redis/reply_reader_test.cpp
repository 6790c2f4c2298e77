// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reply_reader.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tollgate::redis {
namespace {

/// All replies in the bytes, given in pieces of those sizes in turn.
Result<std::vector<Reply>> read(std::string_view bytes, const std::vector<std::size_t>& sizes,
                                ReplyBounds bounds = {}) {
  ReplyReader reader(bounds);
  std::vector<Reply> out;
  for (std::size_t at = 0, turn = 0; at < bytes.size(); ++turn) {
    const std::size_t size = sizes[turn % sizes.size()];
    reader.feed(bytes.substr(at, size));
    at += size;
    for (;;) {
      Result<std::optional<Reply>> reply = reader.next();
      if (!reply) return reply.error();
      if (!*reply) break;
      out.push_back(std::move(**reply));
    }
  }
  return out;
}

Result<std::vector<Reply>> read_whole(std::string_view bytes, ReplyBounds bounds = {}) {
  return read(bytes, {bytes.size()}, bounds);
}

Reply array(std::vector<Reply> items) { return Reply::of(std::move(items)); }

struct Sample {
  std::string bytes;
  Reply reply;
};

std::vector<Sample> samples() {
  using std::string_literals::operator""s;
  return {
      {"+OK\r\n", Reply::of("OK"s)},
      {"+\r\n", Reply::of(""s)},
      {"-ERR no\r\n", Reply::error("ERR no")},
      {":0\r\n", Reply::of(0)},
      {":-9223372036854775808\r\n", Reply::of(INT64_MIN)},
      {":+7\r\n", Reply::of(7)},
      {"$-1\r\n", Reply::nil()},
      {"$0\r\n\r\n", Reply::of(""s)},
      {"$4\r\na\r\nb\r\n", Reply::of("a\r\nb"s)},
      {"$3\r\n\0\1\2\r\n"s, Reply::of("\0\1\2"s)},
      {"*-1\r\n", Reply::nil()},
      {"*0\r\n", array({})},
      {"*3\r\n:1\r\n$1\r\na\r\n*-1\r\n", array({Reply::of(1), Reply::of("a"s), Reply::nil()})},
      {"*2\r\n*1\r\n*0\r\n-OOM x\r\n", array({array({array({})}), Reply::error("OOM x")})},
      // The third version's values.
      {"_\r\n", Reply::nil()},
      {"#t\r\n", Reply::of(1)},
      {",1.5\r\n", Reply::of("1.5"s)},
      {"(123\r\n", Reply::of("123"s)},
      {"!5\r\nERR a\r\n", Reply::error("ERR a")},
      {"=7\r\ntxt:abc\r\n", Reply::of("abc"s)},
      {"%1\r\n+a\r\n:1\r\n", array({Reply::of("a"s), Reply::of(1)})},
      {"~1\r\n:1\r\n", array({Reply::of(1)})},
  };
}

TEST(ReplyReader, ReadsEveryValueWhole) {
  for (const Sample& sample : samples()) {
    const auto replies = read_whole(sample.bytes);
    ASSERT_TRUE(replies) << sample.bytes;
    ASSERT_EQ(replies->size(), 1U) << sample.bytes;
    EXPECT_EQ(replies->front(), sample.reply) << sample.bytes;
  }
}

TEST(ReplyReader, ReadsTheSameInWhateverPiecesItComes) {
  std::string all;
  std::vector<Reply> expected;
  for (const Sample& sample : samples()) {
    all += sample.bytes;
    expected.push_back(sample.reply);
  }
  EXPECT_EQ(read(all, {1}).value(), expected);
  for (std::size_t first = 1; first < all.size(); ++first)
    ASSERT_EQ(read(all, {first, all.size()}).value(), expected) << first;
  std::minstd_rand random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::size_t> sizes;
    for (int i = 0; i < 20; ++i) sizes.push_back(1 + random() % 9);
    ASSERT_EQ(read(all, sizes).value(), expected);
  }
}

TEST(ReplyReader, AnUnfinishedReplyIsNone) {
  for (const Sample& sample : samples()) {
    const std::string_view whole = sample.bytes;
    for (std::size_t size = 1; size < whole.size(); ++size)
      ASSERT_TRUE(read_whole(whole.substr(0, size)).value().empty()) << whole;
  }
}

TEST(ReplyReader, RefusesWhatIsNoReply) {
  for (const char* bytes : {"OK\r\n",
                            "+OK\n",
                            "\r\n",
                            "+a\rb\r\n",
                            ":\r\n",
                            ":1x\r\n",
                            ":9223372036854775808\r\n",
                            "$x\r\n",
                            "$-2\r\n",
                            "$1\r\nab\r\n",
                            "*x\r\n",
                            "*-2\r\n",
                            "%-1\r\n",
                            "#x\r\n",
                            "_x\r\n",
                            ">1\r\n+a\r\n",
                            "|1\r\n+a\r\n+b\r\n",
                            "$?\r\n",
                            "*?\r\n",
                            "!-1\r\n"}) {
    const auto replies = read_whole(bytes);
    ASSERT_FALSE(replies) << bytes;
    EXPECT_EQ(replies.error().code, Errc::protocol) << bytes;
  }
}

TEST(ReplyReader, HasBounds) {
  const ReplyBounds bounds{.line = 16, .bytes = 64, .items = 5, .depth = 2};
  for (const std::string& bytes :
       {"+" + std::string(20, 'a'), "+" + std::string(20, 'a') + "\r\n", std::string("$65\r\n"),
        std::string("*6\r\n"), std::string("%3\r\n"), std::string("*1\r\n*1\r\n*1\r\n"),
        "*2\r\n$40\r\n" + std::string(40, 'a') + "\r\n$40\r\n", std::string("*3\r\n*3\r\n")}) {
    const auto replies = read_whole(bytes, bounds);
    ASSERT_FALSE(replies) << bytes;
    EXPECT_EQ(replies.error().code, Errc::too_large) << bytes;
  }
  // They are of one reply: the next begins anew.
  std::string many;
  for (int i = 0; i < 10; ++i) many += "*2\r\n$20\r\n" + std::string(20, 'a') + "\r\n:1\r\n";
  EXPECT_EQ(read_whole(many, bounds).value().size(), 10U);
}

}  // namespace
}  // namespace tollgate::redis
