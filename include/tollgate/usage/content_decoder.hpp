// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace tollgate::usage {

/// How much a coded body may unfold to. Below 1 MiB no ratio is a bomb (faults.md U7).
struct UnfoldBounds {
  std::uint64_t most_bytes = 64ULL * 1024 * 1024;
  std::uint64_t most_ratio = 100;
};

/// One coding as its library knows it.
class Unfolder {
 public:
  virtual ~Unfolder() = default;

  enum class State : std::uint8_t {
    going_on,  ///< within a member: more is to come
    ended,     ///< a member has ended; another may follow
    broken
  };
  struct Step {
    State state = State::broken;
    std::size_t used = 0;  ///< bytes of the input
    std::size_t made = 0;  ///< bytes of the output
  };

  /// Unfolds what fits into `out`.
  virtual Step unfold(std::string_view in, char* out, std::size_t room) = 0;
};

/// Sans-I/O: takes a Content-Encoding off, in pieces and within bounds.
class ContentDecoder {
 public:
  /// gzip (also x-gzip), deflate and zstd, by their names in Content-Encoding; everything else,
  /// lists included, is unknown.
  static bool knows(std::string_view coding);

  /// `coding` is one that knows() knows.
  explicit ContentDecoder(std::string_view coding, const UnfoldBounds& bounds = {});

  /// Calls `take` with what the bytes unfold to, in pieces of at most 16 KiB.
  void feed(std::string_view bytes, const std::function<void(std::string_view)>& take);
  /// The bytes were broken or unfolded beyond the bounds: what `take` was given so far is all there
  /// is.
  bool failed() const { return broken_ || over_bounds_; }
  /// They unfolded beyond the bounds.
  bool over_bounds() const { return over_bounds_; }
  /// Nothing is missing behind what was fed.
  bool complete() const { return !failed() && state_ == Unfolder::State::ended; }

 private:
  bool within_bounds() const;

  std::unique_ptr<Unfolder> unfolder_;
  UnfoldBounds bounds_;
  std::uint64_t consumed_ = 0;
  std::uint64_t produced_ = 0;
  Unfolder::State state_ = Unfolder::State::going_on;
  bool broken_ = false;
  bool over_bounds_ = false;
};

}  // namespace tollgate::usage
