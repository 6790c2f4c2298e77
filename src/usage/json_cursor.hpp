// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::usage {

/// Walks the members of one JSON object in a text that is whole, without recursion: nesting is
/// counted, the members' byte ranges are reported. Checks what decides where members begin and end;
/// a value's inside is left to whoever parses it. Linear; memory for one bit a level of nesting.
///
/// A long text can be walked in steps. What it stands in between two of them: before a member, in
/// its key, or in its value; there within nested containers (`objects_`) and possibly within one
/// of their strings (`in_string_`).
class JsonCursor {
 public:
  struct Member {
    std::string_view raw_key;   ///< between the quotes, still escaped
    std::size_t key_begin = 0;  ///< offset of the key's opening quote
    std::size_t value_begin = 0;
    std::size_t value_end = 0;
  };
  enum class Progress { more, member, end };

  /// `at` is the offset where the object (or white space before it) begins.
  explicit JsonCursor(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  /// Steps behind the '{'; false when there is none.
  bool enter();
  /// The next member; nullopt at the '}' or where the text is malformed (see failed()).
  std::optional<Member> next();
  /// The same in steps: goes on for at most about `bytes` of the text. `member`: member() has it;
  /// `end`: there is none.
  Progress advance(std::size_t bytes);
  const Member& member() const { return member_; }
  bool failed() const { return failed_; }
  /// Offset behind the last thing read; behind the '}' once next() has ended well.
  std::size_t position() const { return at_; }
  /// Only white space follows.
  bool at_end();

 private:
  enum class Place { before_member, in_key, in_value };
  enum class Skip { done, more, bad };

  std::size_t find(const char* (*next)(const char*, const char*)) const;
  void skip_blanks();
  Progress begin_member();
  Progress begin_value();
  Skip skip_string();
  Skip skip_nested();
  Skip skip_scalar();
  Skip skip_value();
  Progress fail();

  std::string_view text_;
  std::size_t at_;
  std::size_t stop_ = 0;  ///< where this step ends
  Place place_ = Place::before_member;
  Member member_;
  std::vector<bool> objects_;  ///< of the value's open containers, one bit each: '{' or '['
  bool in_string_ = false;
  bool first_ = true;
  bool failed_ = false;
};

/// A member name or string value as text. `raw` stands between quotes and may hold escapes.
std::string unescape_json(std::string_view raw);

/// The name that a raw key spells, when it is one of plain ASCII of at most kLongestName
/// characters, as every name looked for is; else something that equals none. A key without escapes
/// is its own name; `buffer` may hold another.
inline constexpr std::size_t kLongestName = 48;
std::string_view name_of(std::string_view raw_key, std::string& buffer);

/// Whether the escaped text spells the name.
bool key_is(std::string_view raw_key, std::string_view name);

}  // namespace tollgate::usage
