// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "plain_json.hpp"

#include <algorithm>
#include <string>

#include "tollgate/base/json_bytes.hpp"
#include "tollgate/usage/json_lexemes.hpp"
#include "utf8.hpp"

namespace tollgate::audit {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/// Of \uD800 to \uDFFF the begin.
bool is_surrogate(std::string_view digits) { return (digits[0] | 0x20) == 'd' && digits[1] > '7'; }

/// Reads the text token by token; each function is false where it is no plain JSON.
class PlainReader {
 public:
  PlainReader(std::string_view text, std::size_t deepest)
      : at_(text.data()), end_(text.data() + text.size()), most_(deepest) {}

  bool read() {
    if (!open()) return false;
    while (!levels_.empty()) {
      if (!step()) return false;
    }
    skip_blanks();
    return at_ == end_;
  }
  std::size_t depth() const { return depth_; }

 private:
  /// A member or an element, with what stands before and behind it.
  bool step() {
    skip_blanks();
    const bool object = levels_.back() == '{';
    if (first_ && at_ != end_ && *at_ == (object ? '}' : ']')) return close();
    first_ = false;
    if (object && !take_name()) return false;
    skip_blanks();
    return take_value();
  }

  bool open() {
    if (at_ == end_ || (*at_ != '{' && *at_ != '[') || levels_.size() == most_) return false;
    levels_.push_back(*at_++);
    depth_ = std::max(depth_, levels_.size());
    first_ = true;
    return true;
  }

  bool close() {
    ++at_;
    levels_.pop_back();
    first_ = false;
    return levels_.empty() || take_separator();
  }

  /// Behind a value: the comma, or the ends of what it stands in.
  bool take_separator() {
    skip_blanks();
    if (at_ == end_) return false;
    if (*at_ == (levels_.back() == '{' ? '}' : ']')) return close();
    return *at_++ == ',';
  }

  bool take_name() {
    if (!take_string()) return false;
    skip_blanks();
    return at_ != end_ && *at_++ == ':';
  }

  bool take_value() {
    if (at_ == end_) return false;
    if (*at_ == '{' || *at_ == '[') return open();
    return (*at_ == '"' ? take_string() : take_scalar()) && take_separator();
  }

  bool take_scalar() {
    const char* const begin = at_;
    while (at_ != end_ && !is_blank(*at_) && *at_ != ',' && *at_ != ']' && *at_ != '}') ++at_;
    usage::JsonScalar scalar;
    return at_ != begin && scalar.begin(*begin) &&
           scalar.take({begin + 1, static_cast<std::size_t>(at_ - begin - 1)}) && scalar.complete();
  }

  bool take_string() {
    if (at_ == end_ || *at_++ != '"') return false;
    while ((at_ = find_ascii_stop(at_, end_)) != end_) {
      if (*at_ == '"') return ++at_, true;
      if (!(*at_ == '\\' ? take_escape() : take_character())) return false;
    }
    return false;
  }

  bool take_escape() {
    const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
    if (left.size() < 2) return false;
    const bool plain = std::string_view("\"\\/bfnrt").find(left[1]) != std::string_view::npos;
    if (plain) return at_ += 2, true;
    const std::string_view digits = left.substr(2, 4);
    if (left[1] != 'u' || digits.size() < 4 || !std::ranges::all_of(digits, is_hex)) return false;
    at_ += 6;
    return !is_surrogate(digits);
  }

  /// One that is not ASCII; a control character is none.
  bool take_character() {
    if (static_cast<unsigned char>(*at_) < 0x20) return false;
    const auto left = static_cast<std::size_t>(end_ - at_);
    const std::size_t size = character_size({at_, std::min<std::size_t>(left, 4)});
    at_ += size;
    return size > 0;
  }

  void skip_blanks() {
    while (at_ != end_ && is_blank(*at_)) ++at_;
  }

  const char* at_;
  const char* end_;
  std::size_t most_;
  std::string levels_;  ///< the open containers' opening characters
  std::size_t depth_ = 0;
  bool first_ = false;  ///< in a container of which nothing was read
};

}  // namespace

std::optional<std::size_t> plain_json_depth(std::string_view text, std::size_t deepest) {
  PlainReader reader(text, deepest);
  if (!reader.read()) return std::nullopt;
  return reader.depth();
}

}  // namespace tollgate::audit
