// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_cursor.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::usage {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_scalar_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' ||
         c == 'E';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// The ASCII character that an escape stands for, of those that a name may hold; else one that none
/// does.
char escaped_ascii(std::string_view escape) {
  constexpr char kNone = '\0';
  if (escape.size() == 2) return escape[1] == '/' || escape[1] == '"' ? escape[1] : kNone;
  if (escape.size() != 6) return kNone;
  int code = 0;
  for (const char c : escape.substr(2)) {
    if (hex_value(c) < 0) return kNone;
    code = code * 16 + hex_value(c);
  }
  return code < 0x80 ? static_cast<char>(code) : kNone;
}

}  // namespace

void JsonCursor::skip_blanks() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

bool JsonCursor::at_end() {
  skip_blanks();
  return at_ == text_.size();
}

bool JsonCursor::enter() {
  skip_blanks();
  if (at_ == text_.size() || text_[at_] != '{') return false;
  ++at_;
  return true;
}

JsonCursor::Progress JsonCursor::fail() {
  failed_ = true;
  return Progress::end;
}

std::size_t JsonCursor::find(const char* (*next)(const char*, const char*)) const {
  return static_cast<std::size_t>(next(text_.data() + at_, text_.data() + stop_) - text_.data());
}

/// From inside a string to behind its closing quote.
JsonCursor::Skip JsonCursor::skip_string() {
  in_string_ = true;
  while (at_ < stop_) {
    at_ = find(find_string_stop);
    if (at_ >= stop_) break;
    if (text_[at_] == '"') {
      ++at_;
      in_string_ = false;
      return Skip::done;
    }
    at_ += 2;  // the backslash and what it escapes
  }
  return at_ < text_.size() ? Skip::more : Skip::bad;
}

/// To behind the bracket that closes the outermost of objects_.
JsonCursor::Skip JsonCursor::skip_nested() {
  for (;;) {
    if (in_string_) {
      const Skip string = skip_string();
      if (string != Skip::done) return string;
    }
    if (at_ < stop_) at_ = find(find_nesting_stop);
    if (at_ >= stop_) return at_ < text_.size() ? Skip::more : Skip::bad;
    const char c = text_[at_++];
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      objects_.push_back(c == '{');
    } else {
      if (objects_.back() != (c == '}')) return Skip::bad;
      objects_.pop_back();
      if (objects_.empty()) return Skip::done;
    }
  }
}

/// Scalars are short: one that is longer than a step was none.
JsonCursor::Skip JsonCursor::skip_scalar() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_scalar_char(text_[at_])) ++at_;
  return at_ == begin ? Skip::bad : Skip::done;
}

JsonCursor::Skip JsonCursor::skip_value() {
  if (!objects_.empty()) return skip_nested();
  if (in_string_) return skip_string();
  if (at_ == text_.size()) return Skip::bad;
  const char c = text_[at_];
  if (c != '"' && c != '{' && c != '[') return skip_scalar();
  ++at_;
  if (c == '"') return skip_string();
  objects_.push_back(c == '{');
  return skip_nested();
}

JsonCursor::Progress JsonCursor::begin_member() {
  skip_blanks();
  if (at_ == text_.size()) return fail();
  if (text_[at_] == '}') {
    ++at_;
    return Progress::end;
  }
  if (!first_) {
    if (text_[at_] != ',') return fail();
    ++at_;
    skip_blanks();
  }
  first_ = false;
  if (at_ == text_.size() || text_[at_] != '"') return fail();
  member_.key_begin = at_++;
  in_string_ = true;
  place_ = Place::in_key;
  return Progress::more;
}

JsonCursor::Progress JsonCursor::begin_value() {
  member_.raw_key = text_.substr(member_.key_begin + 1, at_ - member_.key_begin - 2);
  skip_blanks();
  if (at_ == text_.size() || text_[at_] != ':') return fail();
  ++at_;
  skip_blanks();
  member_.value_begin = at_;
  place_ = Place::in_value;
  return Progress::more;
}

JsonCursor::Progress JsonCursor::advance(std::size_t bytes) {
  stop_ = bytes < text_.size() - std::min(at_, text_.size()) ? at_ + bytes : text_.size();
  if (place_ == Place::before_member && begin_member() == Progress::end) return Progress::end;
  if (place_ == Place::in_key) {
    const Skip key = skip_string();
    if (key != Skip::done) return key == Skip::bad ? fail() : Progress::more;
    if (begin_value() == Progress::end) return Progress::end;
  }
  const Skip value = skip_value();
  if (value != Skip::done) return value == Skip::bad ? fail() : Progress::more;
  member_.value_end = at_;
  place_ = Place::before_member;
  return Progress::member;
}

std::optional<JsonCursor::Member> JsonCursor::next() {
  if (advance(text_.size()) != Progress::member) return std::nullopt;
  return member_;
}

std::string unescape_json(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  const auto parsed =
      nlohmann::json::parse(std::string("\"").append(raw).append("\""), nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : std::string();
}

std::string_view name_of(std::string_view raw_key, std::string& buffer) {
  if (raw_key.find('\\') == std::string_view::npos) return raw_key;
  buffer.clear();
  for (std::size_t at = 0; at < raw_key.size() && buffer.size() <= kLongestName;) {
    if (raw_key[at] != '\\') {
      buffer.push_back(raw_key[at++]);
      continue;
    }
    const std::string_view escape = raw_key.substr(at, raw_key.substr(at, 2) == "\\u" ? 6 : 2);
    buffer.push_back(escaped_ascii(escape));
    at += escape.size();
  }
  return buffer;
}

bool key_is(std::string_view raw_key, std::string_view name) {
  std::string buffer;
  return name_of(raw_key, buffer) == name;
}

}  // namespace tollgate::usage
