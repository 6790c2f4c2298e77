// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::usage {

/// Walks the members of one JSON object in a text that is whole, without recursion: nesting is counted, the
/// members' byte ranges are reported. Checks what decides where members begin and end; a value's inside is
/// left to whoever parses it.
class JsonCursor {
 public:
  struct Member {
    std::string_view raw_key;   ///< between the quotes, still escaped
    std::size_t key_begin = 0;  ///< offset of the key's opening quote
    std::size_t value_begin = 0;
    std::size_t value_end = 0;
  };

  /// `at` is the offset where the object (or white space before it) begins.
  explicit JsonCursor(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  /// Steps behind the '{'; false when there is none.
  bool enter();
  /// The next member; nullopt at the '}' or where the text is malformed (see failed()).
  std::optional<Member> next();
  bool failed() const { return failed_; }
  /// Offset behind the last thing read; behind the '}' once next() has ended well.
  std::size_t position() const { return at_; }
  /// Only white space follows.
  bool at_end();

 private:
  std::size_t find(const char* (*next)(const char*, const char*)) const;
  void skip_blanks();
  bool skip_string();
  bool skip_nested();
  bool skip_scalar();
  bool skip_value();
  std::optional<Member> fail();

  std::string_view text_;
  std::size_t at_;
  bool first_ = true;
  bool failed_ = false;
};

/// A member name or string value as text. `raw` stands between quotes and may hold escapes.
std::string unescape_json(std::string_view raw);

/// Whether the escaped text spells the name.
bool key_is(std::string_view raw_key, std::string_view name);

}  // namespace tollgate::usage
