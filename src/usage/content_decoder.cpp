// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "content_decoder.hpp"

#include <algorithm>
#include <array>

#include "tollgate/base/text.hpp"

namespace tollgate::usage {
namespace {

constexpr int kAutomatic = 15 + 32;  // window bits; a gzip or zlib header is told apart by zlib
constexpr int kRawDeflate = -15;
constexpr std::size_t kPiece = 16 * 1024;
/// Below this much output no ratio is a bomb.
constexpr std::uint64_t kHarmless = 1024 * 1024;

/// The low four bits of a zlib header's first byte are its method, and the two bytes divide by 31.
bool has_header(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() < 2) return first == 0x1F || (first & 0x0F) == 8;
  const auto second = static_cast<unsigned char>(bytes[1]);
  return (first == 0x1F && second == 0x8B) ||
         ((first & 0x0F) == 8 && (first * 256 + second) % 31 == 0);
}

}  // namespace

void ContentDecoder::End::operator()(z_stream* stream) const {
  inflateEnd(stream);
  delete stream;
}

bool ContentDecoder::knows(std::string_view coding) {
  const std::string_view name = trim(coding);
  return iequals(name, "gzip") || iequals(name, "x-gzip") || iequals(name, "deflate");
}

ContentDecoder::ContentDecoder() : stream_(new z_stream{}) {
  failed_ = inflateInit2(stream_.get(), kAutomatic) != Z_OK;
}

bool ContentDecoder::start_over(std::string_view bytes) {
  started_ = true;
  return inflateReset2(stream_.get(), has_header(bytes) ? kAutomatic : kRawDeflate) == Z_OK;
}

bool ContentDecoder::unfold(std::string_view& bytes,
                            const std::function<void(std::string_view)>& take) {
  std::array<char, kPiece> out;
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  stream_->next_out = reinterpret_cast<Bytef*>(out.data());
  stream_->avail_out = static_cast<uInt>(out.size());
  const int result = inflate(stream_.get(), Z_NO_FLUSH);
  consumed_ += bytes.size() - stream_->avail_in;
  bytes.remove_prefix(bytes.size() - stream_->avail_in);
  const std::size_t size = out.size() - stream_->avail_out;
  produced_ += size;
  const std::uint64_t allowed = std::min(kMostBytes, std::max(kHarmless, consumed_ * kMostRatio));
  if (produced_ > allowed) return false;
  take({out.data(), size});
  if (result == Z_STREAM_END) started_ = false;  // another member may follow
  return result == Z_OK || result == Z_STREAM_END || (result == Z_BUF_ERROR && bytes.empty());
}

void ContentDecoder::feed(std::string_view bytes,
                          const std::function<void(std::string_view)>& take) {
  bool full = false;  // the output room was used up: more may come without more input
  while (!failed_ && (!bytes.empty() || full)) {
    if (!started_ && !start_over(bytes)) failed_ = true;
    const std::uint64_t before = produced_;
    if (failed_ || !unfold(bytes, take)) {
      failed_ = true;
      return;
    }
    full = started_ && produced_ - before == kPiece;
  }
}

}  // namespace tollgate::usage
