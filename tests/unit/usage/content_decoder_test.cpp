// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/content_decoder.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <string>

#include "every_way.hpp"
#include "unfolders.hpp"

namespace tollgate::usage {
namespace {

std::string deflated(const std::string& text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string gzip(const std::string& text) { return deflated(text, 15 + 16); }

/// What it unfolds to, and how it ended.
std::string unfolded(std::string_view coding, const std::string& bytes, UnfoldBounds bounds = {}) {
  return read_every_way(bytes, [&](const Pieces& pieces) {
    ContentDecoder decoder(coding, bounds);
    std::string out;
    for (const std::string_view piece : pieces) {
      decoder.feed(piece, [&](std::string_view part) { out.append(part); });
    }
    if (decoder.failed()) return std::string(decoder.over_bounds() ? "over bounds" : "broken");
    return out + (decoder.complete() ? "." : "...");
  });
}

const std::string kText = R"({"model":"gpt-4o","messages":[]})";

TEST(ContentDecoder, UnfoldsWhatItKnows) {
  EXPECT_EQ(unfolded("gzip", gzip(kText)), kText + ".");
  EXPECT_EQ(unfolded(" X-GZIP", gzip(kText)), kText + ".");
  EXPECT_EQ(unfolded("deflate", deflated(kText, 15)), kText + ".");
  EXPECT_EQ(unfolded("deflate", deflated(kText, -15)), kText + ".");
  EXPECT_EQ(unfolded("zstd", zstd(kText)), kText + ".");
  EXPECT_EQ(unfolded("gzip", gzip(kText) + gzip("b")), kText + "b.") << "several members";
  EXPECT_EQ(unfolded("zstd", zstd(kText) + zstd("b")), kText + "b.");
}

TEST(ContentDecoder, KnowsNoOtherCoding) {
  for (const char* const coding : {"", "br", "gzip, gzip", "identity", "compress", "zst"}) {
    EXPECT_FALSE(ContentDecoder::knows(coding)) << coding;
  }
}

TEST(ContentDecoder, SaysWhenSomethingIsMissingOrBroken) {
  for (const auto& [coding, bytes] :
       {std::pair("gzip", gzip(kText)), std::pair("zstd", zstd(kText))}) {
    EXPECT_TRUE(unfolded(coding, bytes.substr(0, bytes.size() - 1)).ends_with("...")) << coding;
    EXPECT_EQ(unfolded(coding, bytes + "garbage behind the end"), "broken") << coding;
    EXPECT_EQ(unfolded(coding, kText), "broken") << coding;
  }
}

// U7: neither a bomb nor an honest body unfolds beyond what is allowed.
// zlib counts to below 4 GiB. The pages behind the few bytes are never touched.
TEST(ContentDecoder, BytesOfFourGibAndMoreAreReadFromTheirBegin) {
  const std::size_t size = std::size_t{1} << 32;
  void* const room = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(room, MAP_FAILED);
  const std::string bytes = gzip("some text");
  std::ranges::copy(bytes, static_cast<char*>(room));
  std::string out(100, '\0');
  const Unfolder::Step step = make_deflate_unfolder()->unfold(
      {static_cast<const char*>(room), size}, out.data(), out.size());
  EXPECT_EQ(step.state, Unfolder::State::ended);
  EXPECT_EQ(step.used, bytes.size());
  EXPECT_EQ(out.substr(0, step.made), "some text");
  munmap(room, size);
}

TEST(ContentDecoder, KeepsToItsBounds) {
  const std::string zeroes(4 * 1024 * 1024, '0');
  for (const auto& [coding, bytes] :
       {std::pair("gzip", gzip(zeroes)), std::pair("zstd", zstd(zeroes))}) {
    ContentDecoder decoder(coding);
    std::size_t size = 0;
    decoder.feed(bytes, [&](std::string_view part) { size += part.size(); });
    EXPECT_TRUE(decoder.over_bounds()) << coding;
    EXPECT_LE(size, 1024U * 1024) << coding;
  }
  EXPECT_EQ(unfolded("gzip", gzip(kText), {.most_bytes = 10}), "over bounds");
  EXPECT_EQ(unfolded("gzip", gzip(kText), {.most_bytes = kText.size()}), kText + ".");
}

}  // namespace
}  // namespace tollgate::usage
