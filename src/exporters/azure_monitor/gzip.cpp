// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "gzip.hpp"

#include <zlib.h>

namespace tollgate::exporters::azure_monitor {

Result<std::string> gzip(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;  // window bits, and a gzip header instead of zlib's
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return Error{Errc::internal, "zlib cannot be set up"};
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return Error{Errc::internal, "zlib did not finish"};
  return out;
}

}  // namespace tollgate::exporters::azure_monitor
