// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tollgate/usage/json_lexemes.hpp"
#include "utf8.hpp"

namespace tollgate::audit {

/// Sans-I/O: keeps a text up to a bound, of a JSON text what makes a well-formed one:
/// - bytes that are no UTF-8 become U+FFFD;
/// - in strings a raw control character is escaped, a backslash that escapes nothing is itself;
/// - what nests deeper than kDeepest becomes null;
/// - where it breaks off, or is over the bound, the open string, arrays and objects are closed, and
///   a member or number that is cut off goes; with the open string goes what may be half a value at
///   its end.
/// What turns out to be no JSON is kept as text. Everything else stays to the byte. Linear; holds
/// no more than the bound.
class BoundedJson {
 public:
  static constexpr std::size_t kDeepest = 500;

  /// What becomes of half a surrogate pair in a string.
  enum class Halves : std::uint8_t {
    stay,    ///< the other half may follow in another string that is put behind this one
    mended,  ///< U+FFFD
  };

  /// `max_bytes`: at least 2.
  explicit BoundedJson(std::size_t max_bytes, Halves halves = Halves::mended);

  void feed(std::string_view text);
  /// Nothing that follows will be kept.
  bool full() const { return full_; }

  struct Kept {
    std::string text;
    bool json = false;
    bool cut = false;  ///< something is missing: over the bound, too deep, or it broke off
  };
  /// The text has ended. Afterwards another may be fed.
  Kept finish();

 private:
  /// What may come next, blanks apart.
  enum class Expects : std::uint8_t {
    value,
    first_element,  ///< behind '[': a value or ']'
    first_key,      ///< behind '{': a name or '}'
    key,
    colon,
    separator,
    nothing,  ///< the outermost value has ended
  };
  enum class Inside : std::uint8_t {
    structure,
    text,
    escape,  ///< in a string, and escape_ has begun
    scalar,
    too_deep,      ///< below kDeepest: nothing is kept
    too_deep_text  ///< in a string there
  };

  bool takes_whole(std::string_view text);
  void take(std::string_view text);
  std::size_t step(std::string_view text);
  std::size_t step_structure(char c);
  std::size_t step_text(std::string_view text);
  std::size_t step_escape(char c);
  std::size_t step_scalar(std::string_view text);
  std::size_t step_too_deep(char c);
  std::size_t step_too_deep_text(char c);
  bool begin_value(char c);
  bool open(char c);
  bool close(char c);
  void value_ended();
  void end_escape();
  bool put(std::string_view text);
  void put_text(std::string_view text);
  std::size_t room() const;
  Kept closed();

  std::size_t max_bytes_;
  Halves halves_;
  Utf8Mender mender_;
  std::string mended_;  ///< room for what it gives
  std::string out_;
  std::string levels_;  ///< the open containers' opening characters
  std::string escape_;
  usage::JsonScalar scalar_;
  std::size_t text_begin_ = 0;  ///< in out_, of the last string that is a value
  std::size_t safe_ = 0;        ///< so much of out_ can be closed with levels_ alone
  std::size_t skipped_levels_ = 0;
  Expects expects_ = Expects::value;
  Inside inside_ = Inside::structure;
  bool fed_ = false;     ///< something was fed
  bool is_key_ = false;  ///< the string being read
  bool skipped_escape_ = false;
  bool broken_ = false;  ///< it is no JSON
  bool full_ = false;
  bool cut_ = false;
};

}  // namespace tollgate::audit
