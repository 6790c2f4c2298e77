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

  /// A character of it was doubtful (Sight): the other reading of those differs.
  bool in_doubt() const { return in_doubt_; }

  /// Of a text that is read as it stands.
  static MatchView plain(std::string_view text);
  /// Puts `bytes` behind the text; they are read from [begin, end) of the source as one.
  void add(std::string_view bytes, std::size_t begin, std::size_t end);
  /// Bytes that are read as they stand from `begin` on.
  void add_plain(std::string_view bytes, std::size_t begin);
  void reserve(std::size_t bytes) { text_.reserve(bytes); }
  void end_source_at(std::size_t end) { source_size_ = end; }
  void note_doubt() { in_doubt_ = true; }

 private:
  void map_each();

  std::string text_;
  /// Empty as long as every byte stands where it stood in the source.
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> ends_;
  bool mapped_ = false;
  bool in_doubt_ = false;
  std::size_t source_size_ = 0;
};

/// What doubtful characters (Sight) are read as.
enum class Doubtful : std::uint8_t { line_end, nothing };

/// The text as readers take it: compatibility forms by NFKD (full-width, circled, mathematical and
/// super-script ones), decimal digits of all scripts as ASCII, dashes and blanks as '-' and ' ',
/// without what is never seen (Sight). A byte that is no UTF-8 is left out as well. Never fails; at
/// most four times the source's length.
MatchView normalise(std::string_view text, Doubtful doubtful = Doubtful::line_end);
/// The same of another view's text; places are those of its source.
MatchView normalise(const MatchView& view, Doubtful doubtful = Doubtful::line_end);

}  // namespace tollgate::redaction
