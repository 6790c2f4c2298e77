// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/usage/json_lexemes.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::usage {

/// What stands at a declared place.
enum class ValueKind : std::uint8_t {
  text,
  null,
  other,  ///< an object, an array, a number or a truth value
};

/// A string that stands at a declared place, or another value where the paths say so.
struct PlacedText {
  std::size_t path = 0;   ///< the place's number in JsonPaths
  std::size_t begin = 0;  ///< of the string with its quotes, in all that was fed
  std::size_t end = 0;    ///< of another value: its beginning
  std::string
      value;  ///< unescaped; longer ones are cut to kLongestValue + 1 bytes and so equal no name
  ValueKind kind = ValueKind::text;
};

/// Sans-I/O: finds the strings at declared places of one JSON text, in one pass, whatever pieces it
/// comes in. Linear in the text; the memory is bounded by kDeepest levels and kMostFound finds,
/// whatever the text. It takes what RFC 8259 has and no more, in UTF-8 and with an object
/// outermost, so that no reader of JSON can see other names and values than it does. A name that
/// stands twice is seen twice.
class JsonPathScanner {
 public:
  static constexpr std::size_t kDeepest = 1'000;
  static constexpr std::size_t kMostFound = 10'000;
  static constexpr std::size_t kLongestValue = 256;

  /// `paths` outlives the scanner.
  explicit JsonPathScanner(const JsonPaths& paths) : paths_(paths) {}

  /// Ready for another text; finds are forgotten.
  void reset();
  void feed(std::string_view bytes);
  /// Whether what was fed is one whole JSON object within the bounds.
  bool well_formed() const { return !failed_ && levels_.empty() && expects_ == Expects::nothing; }
  /// More strings stood at declared places than are kept; the text counts as not well-formed.
  bool too_many() const { return too_many_; }
  const std::vector<PlacedText>& found() const { return found_; }
  /// Where a string begins, with its quote, that stands at a declared place and whose end is to
  /// come; nullopt: there is none.
  std::optional<std::size_t> open_text() const;
  std::vector<PlacedText> take_found() { return std::move(found_); }

 private:
  /// What may come next, blanks apart.
  enum class Expects : std::uint8_t {
    value,          ///< behind a colon, a comma in an array, or at the very start
    first_element,  ///< behind '[': a value or ']'
    first_key,      ///< behind '{': a name or '}'
    key,            ///< behind a comma in an object
    colon,
    separator,  ///< behind a value: a comma, or the container's end
    nothing,    ///< the outermost value has ended
  };
  enum class Inside : std::uint8_t { structure, text, scalar };
  struct Level {
    JsonPaths::Mask mask = 0;  ///< of an object's members; an array's as that of the whole value
    bool object = false;
    std::size_t arrays = 0;  ///< of an array: in how many of one value, itself included
  };

  const char* read_structure(const char* at, const char* end);
  const char* read_text(const char* at, const char* end);
  const char* read_scalar(const char* at, const char* end);
  void take(const char* at);
  void open(const char* at);
  void close(bool object);
  void comma();
  void begin_text(const char* at);
  const char* over_plain(const char* at, const char* end);
  void end_text(std::string_view raw, const char* behind);
  void keep(std::string_view part);
  void fail() { failed_ = true; }
  bool expects_value() const;
  void value_ended();
  JsonPaths::Mask value_mask() const;
  std::size_t arrays() const;
  void note_value(const char* at, ValueKind kind);
  void add(PlacedText found);
  std::size_t offset(const char* at) const { return fed_ + static_cast<std::size_t>(at - piece_); }

  const JsonPaths& paths_;
  JsonEscape escape_;  ///< of the string being read
  Utf8Check utf8_;     ///< likewise
  JsonScalar scalar_;
  std::vector<Level> levels_;
  std::vector<PlacedText> found_;
  JsonPaths::Mask member_ = 0;  ///< of the value behind the last name
  std::string kept_;  ///< what earlier pieces held of the string being read, still escaped
  std::string name_;  ///< room for a name without its escapes
  std::size_t text_begin_ = 0;
  const char* piece_ = nullptr;  ///< the piece at hand
  std::size_t fed_ = 0;          ///< bytes before it
  Expects expects_ = Expects::value;
  Inside inside_ = Inside::structure;
  bool keeping_ = false;
  bool failed_ = false;
  bool too_many_ = false;
};

}  // namespace tollgate::usage
