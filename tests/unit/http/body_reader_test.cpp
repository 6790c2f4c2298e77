// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/body_reader.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tollgate::http {
namespace {

struct Read {
  std::string payload;
  std::size_t consumed = 0;
  bool done = false;
  bool broken = false;

  bool operator==(const Read&) const = default;
};

/// Feeds the wire bytes in pieces whose sizes `next` chooses.
template <class NextSize>
Read read_in_pieces(BodyFraming framing, const std::string& wire, NextSize next) {
  BodyReader reader(framing);
  Read out;
  while (out.consumed < wire.size() && !reader.done() && !reader.broken()) {
    std::string piece = wire.substr(out.consumed, next());
    const auto decoded = reader.decode(piece.data(), piece.size());
    out.payload.append(piece, 0, decoded.payload);
    out.consumed += decoded.consumed;
  }
  out.done = reader.done();
  out.broken = reader.broken();
  return out;
}

/// Whole, byte by byte and in random pieces: always the same.
Read read_every_way(BodyFraming framing, const std::string& wire) {
  const Read whole = read_in_pieces(framing, wire, [] { return std::string::npos; });
  EXPECT_EQ(read_in_pieces(framing, wire, [] { return std::size_t{1}; }), whole) << wire;
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  const auto any = [&] { return std::size_t{1} + random() % 7; };
  EXPECT_EQ(read_in_pieces(framing, wire, any), whole) << wire << " seed " << seed;
  return whole;
}

constexpr BodyFraming kChunked{Framing::chunked, 0};

TEST(BodyReader, TakesALength) {
  const Read read = read_every_way({Framing::length, 5}, "helloNEXT");
  EXPECT_EQ(read, (Read{"hello", 5, true, false}));
}

TEST(BodyReader, HasNothingToReadWithoutABody) {
  EXPECT_TRUE(BodyReader({Framing::none, 0}).done());
  EXPECT_TRUE(BodyReader({Framing::length, 0}).done());
}

TEST(BodyReader, ReadsUntilTheEndOfTheStream) {
  BodyReader reader({Framing::until_close, 0});
  std::string text = "abc";
  EXPECT_EQ(reader.decode(text.data(), text.size()).payload, 3U);
  EXPECT_FALSE(reader.done());
  reader.on_end_of_stream();
  EXPECT_TRUE(reader.done());
}

TEST(BodyReader, AnEarlyEndLeavesALengthUnfinished) {
  BodyReader reader({Framing::length, 5});
  reader.on_end_of_stream();
  EXPECT_FALSE(reader.done());
}

TEST(BodyReader, JoinsChunks) {
  const std::string wire = "5\r\nhello\r\n1\r\n \r\n00a;x=\"y\"\r\n0123456789\r\n0\r\n\r\nNEXT";
  const Read read = read_every_way(kChunked, wire);
  EXPECT_EQ(read, (Read{"hello 0123456789", wire.size() - 4, true, false}));
}

TEST(BodyReader, DropsTrailers) {
  const std::string wire = "1\r\nx\r\n0\r\napi-key: stolen\r\nHost: evil\r\n\r\nN";
  EXPECT_EQ(read_every_way(kChunked, wire), (Read{"x", wire.size() - 1, true, false}));
}

TEST(BodyReader, RefusesWhatIsNotStrict) {
  for (const std::string wire :
       {"\r\n", "g\r\n", "0x1\r\nx\r\n", "+1\r\nx\r\n", "-1\r\n", " 1\r\nx\r\n", "1 \r\nx\r\n",
        "1\nx\r\n", "1\r\nxy\r\n", "1\r\nx\n", "1\r\nx\rX", "1\r\r\nx", "1000000000000000\r\n",
        "1;a\rb\r\n", "1;a\nb\r\n", "0\r\nA: b\nC: d\r\n\r\n", "0\r\nA: \x01\r\n\r\n",
        "0\r\n\rX"}) {
    EXPECT_TRUE(read_every_way(kChunked, wire).broken) << testing::PrintToString(wire);
  }
}

TEST(BodyReader, BoundsExtensionsAndTrailers) {
  EXPECT_FALSE(read_every_way(kChunked, "1;" + std::string(256, 'e') + "\r\nx\r\n").broken);
  EXPECT_TRUE(read_every_way(kChunked, "1;" + std::string(257, 'e') + "\r\nx\r\n").broken);
  std::string lines;
  for (int i = 0; i < 64; ++i) lines.append("A: b\r\n");
  EXPECT_TRUE(read_every_way(kChunked, "0\r\n" + lines + "\r\n").done);
  EXPECT_TRUE(read_every_way(kChunked, "0\r\n" + lines + "A: b\r\n\r\n").broken);
  EXPECT_TRUE(read_every_way(kChunked, "0\r\nA: " + std::string(8192, 'v') + "\r\n\r\n").broken);
}

}  // namespace
}  // namespace tollgate::http
