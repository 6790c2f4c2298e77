// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tollgate::redaction {

/// A part of a JSON text: bytes [begin, end), strings with their quotes. What stands between two
/// tokens is blanks, commas and colons.
struct JsonToken {
  enum class Kind : std::uint8_t {
    open_object,
    close_object,
    open_array,
    close_array,
    key,
    text,
    number,
    word,       ///< true, false, null
    end,        ///< behind the one outermost value
    malformed,  ///< this is no JSON text
  };
  Kind kind = Kind::malformed;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Takes a JSON text (RFC 8259) apart, without recursion. Of strings only their ends are looked
/// for: decode_json_text() says whether their inside is right. Bytes need not be UTF-8.
class JsonTokens {
 public:
  static constexpr std::size_t kDeepest = 1'000;

  explicit JsonTokens(std::string_view text) : text_(text) {}
  JsonToken next();
  /// How far it has read.
  std::size_t at() const { return at_; }
  /// The token as it is written.
  std::string_view of(const JsonToken& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

 private:
  /// What may come next, blanks apart.
  enum class Expects : std::uint8_t {
    value,
    first_element,  ///< a value or ']'
    first_key,      ///< a key or '}'
    key,
    colon,
    separator,  ///< a comma, or the container's end
    nothing,
  };

  JsonToken begin_value();
  JsonToken close(char c);
  JsonToken take_text(JsonToken::Kind kind);
  JsonToken take_scalar();
  JsonToken malformed() { return {JsonToken::Kind::malformed, at_, at_}; }
  void value_ended() { expects_ = objects_.empty() ? Expects::nothing : Expects::separator; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<bool> objects_;  ///< of the open containers: '{' or '['
  Expects expects_ = Expects::value;
};

}  // namespace tollgate::redaction
