// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "unfolders.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <zlib.h>
#include <zstd.h>

#include "tollgate/base/text.hpp"

namespace tollgate::usage {
namespace {

constexpr int kAutomatic = 15 + 32;  // window bits; a gzip or zlib header is told apart by zlib
constexpr int kRawDeflate = -15;
constexpr int kLargestWindow = 23;  // 8 MiB

constexpr std::array<Coding, 4> kCodings{{
    {"gzip", make_deflate_unfolder},
    {"x-gzip", make_deflate_unfolder},
    {"deflate", make_deflate_unfolder},
    {"zstd", make_zstd_unfolder},
}};

/// The low four bits of a zlib header's first byte are its method, and the two bytes divide by 31.
bool has_header(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() < 2) return first == 0x1F || (first & 0x0F) == 8;
  const auto second = static_cast<unsigned char>(bytes[1]);
  return (first == 0x1F && second == 0x8B) ||
         ((first & 0x0F) == 8 && (first * 256 + second) % 31 == 0);
}

class DeflateUnfolder : public Unfolder {
 public:
  DeflateUnfolder() { usable_ = inflateInit2(&stream_, kAutomatic) == Z_OK; }
  ~DeflateUnfolder() override { inflateEnd(&stream_); }
  DeflateUnfolder(const DeflateUnfolder&) = delete;
  DeflateUnfolder& operator=(const DeflateUnfolder&) = delete;

  Step unfold(std::string_view in, char* out, std::size_t room) override {
    if (!usable_ || (!started_ && !start(in))) return {};
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    const std::size_t given = std::min<std::size_t>(in.size(), std::numeric_limits<uInt>::max());
    stream_.avail_in = static_cast<uInt>(given);
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const std::size_t used = given - stream_.avail_in;
    const std::size_t made = room - stream_.avail_out;
    if (result == Z_STREAM_END) started_ = false;
    if (result == Z_STREAM_END) return {State::ended, used, made};
    const bool wants_more = result == Z_BUF_ERROR && used == in.size();
    return {result == Z_OK || wants_more ? State::going_on : State::broken, used, made};
  }

 private:
  /// Each member says anew what it is.
  bool start(std::string_view in) {
    if (in.empty()) return false;
    started_ = true;
    return inflateReset2(&stream_, has_header(in) ? kAutomatic : kRawDeflate) == Z_OK;
  }

  z_stream stream_{};
  bool usable_ = false;
  bool started_ = false;
};

class ZstdUnfolder : public Unfolder {
 public:
  ZstdUnfolder() {
    usable_ = stream_ != nullptr && ZSTD_isError(ZSTD_DCtx_setParameter(
                                        stream_.get(), ZSTD_d_windowLogMax, kLargestWindow)) == 0;
  }

  Step unfold(std::string_view in, char* out, std::size_t room) override {
    if (!usable_) return {};
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out, room, 0};
    const std::size_t left = ZSTD_decompressStream(stream_.get(), &to, &from);
    if (ZSTD_isError(left) != 0) return {State::broken, from.pos, to.pos};
    return {left == 0 ? State::ended : State::going_on, from.pos, to.pos};
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  std::unique_ptr<ZSTD_DStream, Free> stream_{ZSTD_createDStream()};
  bool usable_ = false;
};

}  // namespace

std::unique_ptr<Unfolder> make_deflate_unfolder() { return std::make_unique<DeflateUnfolder>(); }
std::unique_ptr<Unfolder> make_zstd_unfolder() { return std::make_unique<ZstdUnfolder>(); }

const Coding* find_coding(std::string_view value) {
  for (const Coding& coding : kCodings) {
    if (iequals(trim(value), coding.name)) return &coding;
  }
  return nullptr;
}

}  // namespace tollgate::usage
