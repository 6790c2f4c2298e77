// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::redaction {

/// Text in the form that rules match, and where each of its bytes stood in the source. Takes nine
/// bytes for each of text that differs from its source, one otherwise; sources are shorter than
/// 4 GiB.
class MatchView {
 public:
  const std::string& text() const { return text_; }
  /// Offset in the source of the character that the byte at `at` belongs to; behind the last byte:
  /// the source's end.
  std::size_t source_begin(std::size_t at) const;
  /// Offset behind the character that the byte before `at` belongs to. REQUIRES: at > 0.
  std::size_t source_end(std::size_t at) const;
  /// Something invisible was taken out right before the byte at `at`. What stands on its two sides
  /// may belong together or not: rules must allow for both.
  bool gap_at(std::size_t at) const;

  /// Puts `bytes` behind the text; they are read from [begin, end) of the source as one.
  void add(std::string_view bytes, std::size_t begin, std::size_t end);
  /// Bytes that are read as they stand from `begin` on.
  void add_plain(std::string_view bytes, std::size_t begin);
  void reserve(std::size_t bytes) { text_.reserve(bytes); }
  void end_source_at(std::size_t end) { source_size_ = end; }

 private:
  void map_each();

  std::string text_;
  /// Empty as long as every byte stands where it stood in the source.
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> ends_;
  bool mapped_ = false;
  std::size_t source_size_ = 0;
};

/// The text as readers take it: compatibility forms by NFKD (full-width, circled, mathematical and
/// super-script ones), decimal digits of all scripts as ASCII, dashes and blanks as '-' and ' ',
/// without combining marks, zero-width characters, soft hyphens and other default-ignorable ones. A
/// byte that is no UTF-8 is left out like a zero-width character, and so is a null byte: UTF-16 has
/// them. Never fails; at most twice the source's length.
MatchView normalise(std::string_view text);
/// The same of another view's text; places are those of its source.
MatchView normalise(const MatchView& view);

}  // namespace tollgate::redaction
