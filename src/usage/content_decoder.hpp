// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <zlib.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace tollgate::usage {

/// Sans-I/O: takes a Content-Encoding off for the meter's eyes; the client gets the bytes as they came. Bounded:
/// an answer that unfolds to more than kMostBytes, or to more than kMostRatio times its size, is given up
/// (faults.md U7).
class ContentDecoder {
 public:
  static constexpr std::uint64_t kMostBytes = 64ULL * 1024 * 1024;
  static constexpr std::uint64_t kMostRatio = 100;

  /// gzip (also x-gzip) and deflate, by their names in Content-Encoding; everything else, lists included, is
  /// unknown.
  static bool knows(std::string_view coding);

  ContentDecoder();

  /// Calls `take` with what the bytes unfold to, in pieces.
  void feed(std::string_view bytes, const std::function<void(std::string_view)>& take);
  /// Broken, cut within bounds' measure, or over the bounds: what was taken so far is all there is.
  bool failed() const { return failed_; }

 private:
  struct End {
    void operator()(z_stream* stream) const;
  };

  bool unfold(std::string_view& bytes, const std::function<void(std::string_view)>& take);
  /// `deflate` means zlib by the book and raw deflate in practice: the first bytes tell.
  bool start_over(std::string_view bytes);

  std::unique_ptr<z_stream, End> stream_;
  std::uint64_t consumed_ = 0;
  std::uint64_t produced_ = 0;
  bool started_ = false;
  bool failed_ = false;
};

}  // namespace tollgate::usage
