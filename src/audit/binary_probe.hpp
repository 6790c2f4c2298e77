// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base64_tally.hpp"
#include "binary_members.hpp"

namespace tollgate::audit {

/// A string that may be a file: looks at its first characters, then only counts and hashes.
class BinaryProbe {
 public:
  enum class Verdict : std::uint8_t { open, text, binary };

  explicit BinaryProbe(const BinaryMember& member) : member_(&member) {}

  /// The next byte of the string as it is written, quotes excluded, until there is a verdict.
  Verdict take(char c);
  /// Bytes so far, for a string that is text after all.
  std::string_view held() const { return held_; }

  /// More of a binary string, as it is written: escapes included.
  void count(std::string_view written);
  /// `cut`: the string did not end.
  std::string describe(bool cut) const;

 private:
  enum class State : std::uint8_t { start, header, binary };

  Verdict end_header();
  Verdict begin_binary(std::string_view base64);

  const BinaryMember* member_;
  State state_ = State::start;
  std::string held_;
  std::string type_;
  Base64Tally tally_;
  bool escaped_ = false;
};

/// `{"type":...,"bytes":...,"sha256":...}`, with what `more` adds as JSON members.
std::string description(std::string_view type, const RunningDigest& digest,
                        std::string_view more = {});

/// The type of a Content-Type without parameters, lower-case; `application/octet-stream` of what is
/// none.
std::string media_type_of(std::string_view content_type);

}  // namespace tollgate::audit
