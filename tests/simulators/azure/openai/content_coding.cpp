// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/content_coding.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tollgate::simulator {
namespace {

constexpr int kGzip = MAX_WBITS + 16;
constexpr int kZlib = MAX_WBITS;  ///< what RFC 9110 calls deflate
constexpr int kRawDeflate = -MAX_WBITS;

class Deflater {
 public:
  explicit Deflater(int format) {
    if (deflateInit2(&stream_, Z_BEST_COMPRESSION, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::runtime_error("deflateInit2 failed");
    }
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void add(std::string_view bytes, int flush, std::string& out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, 16384> buffer;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      deflate(&stream_, flush);
      out.append(buffer.data(), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

  void finish(std::string& out) {
    add({}, Z_FINISH, out);
    deflateReset(&stream_);
  }

 private:
  z_stream stream_{};
};

int format_of(const Behaviour& behaviour) {
  const bool gzip = behaviour.coding == "gzip";
  if (behaviour.coding_fault == "raw") return kRawDeflate;
  if (behaviour.coding_fault == "wrong_label") return gzip ? kZlib : kGzip;
  return gzip ? kGzip : kZlib;
}

Piece coded(Deflater& deflater, const Piece& piece) {
  Piece out = piece;
  out.bytes.clear();
  out.size = 0;
  for (std::size_t left = piece.length(); left > 0;) {
    const std::size_t size = std::min(left, piece.bytes.size());
    deflater.add(std::string_view(piece.bytes).substr(0, size), Z_NO_FLUSH, out.bytes);
    left -= size;
  }
  deflater.add({}, Z_SYNC_FLUSH, out.bytes);
  return out;
}

/// `several`: a member of its own for each half of the pieces.
std::vector<Piece> coded_once(const std::vector<Piece>& pieces, int format, bool several) {
  Deflater deflater(format);
  std::vector<Piece> out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    out.push_back(coded(deflater, pieces[i]));
    const bool ends_member = several && i == (pieces.size() - 1) / 2;
    if (ends_member || i + 1 == pieces.size()) deflater.finish(out.back().bytes);
  }
  return out;
}

/// At least two pieces, for two members.
void halve_first(std::vector<Piece>& pieces) {
  if (pieces.size() != 1 || pieces[0].size != 0) return;
  Piece back = pieces[0];
  back.bytes.erase(0, back.bytes.size() / 2);
  pieces[0].bytes.resize(pieces[0].bytes.size() / 2);
  pieces[0].usage = pieces[0].last = false;
  pieces.push_back(std::move(back));
}

void cut_end(std::string& bytes) {
  constexpr std::size_t kTrailerAndMore = 12;
  bytes.erase(bytes.size() - std::min(bytes.size(), kTrailerAndMore));
}

}  // namespace

std::vector<Piece> coded(std::vector<Piece> pieces, const Behaviour& behaviour) {
  if (behaviour.coding.empty() || behaviour.coding_fault == "plain") return pieces;
  const bool members = behaviour.coding_fault == "members";
  if (members) halve_first(pieces);
  std::vector<Piece> out = coded_once(pieces, format_of(behaviour), members);
  if (behaviour.coding_fault == "double") out = coded_once(out, format_of(behaviour), false);
  if (behaviour.coding_fault == "truncated" && !out.empty()) cut_end(out.back().bytes);
  return out;
}

}  // namespace tollgate::simulator
