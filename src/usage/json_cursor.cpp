// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_cursor.hpp"

#include <vector>

#include <nlohmann/json.hpp>

#include "json_bytes.hpp"

namespace tollgate::usage {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_scalar_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' ||
         c == 'E';
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

std::optional<JsonCursor::Member> JsonCursor::fail() {
  failed_ = true;
  return std::nullopt;
}

std::size_t JsonCursor::find(const char* (*next)(const char*, const char*)) const {
  return static_cast<std::size_t>(next(text_.data() + at_, text_.data() + text_.size()) -
                                  text_.data());
}

bool JsonCursor::skip_string() {
  for (++at_; at_ < text_.size(); ++at_) {
    at_ = find(find_string_stop);
    if (at_ == text_.size()) return false;
    if (text_[at_] == '"') {
      ++at_;
      return true;
    }
    ++at_;  // what a backslash escapes
  }
  at_ = text_.size();
  return false;
}

bool JsonCursor::skip_nested() {
  std::vector<bool> objects;  // one bit a level: '{' or '['
  for (;;) {
    at_ = find(find_nesting_stop);
    if (at_ == text_.size()) return false;
    const char c = text_[at_];
    if (c == '"') {
      if (!skip_string()) return false;
      continue;
    }
    ++at_;
    if (c == '{' || c == '[') {
      objects.push_back(c == '{');
      continue;
    }
    if (objects.back() != (c == '}')) return false;
    objects.pop_back();
    if (objects.empty()) return true;
  }
}

bool JsonCursor::skip_scalar() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_scalar_char(text_[at_])) ++at_;
  return at_ != begin;
}

bool JsonCursor::skip_value() {
  if (at_ == text_.size()) return false;
  const char c = text_[at_];
  if (c == '"') return skip_string();
  return c == '{' || c == '[' ? skip_nested() : skip_scalar();
}

std::optional<JsonCursor::Member> JsonCursor::next() {
  skip_blanks();
  if (at_ == text_.size()) return fail();
  if (text_[at_] == '}') {
    ++at_;
    return std::nullopt;
  }
  if (!first_) {
    if (text_[at_] != ',') return fail();
    ++at_;
    skip_blanks();
  }
  first_ = false;
  if (at_ == text_.size() || text_[at_] != '"') return fail();
  Member member;
  member.key_begin = at_;
  if (!skip_string()) return fail();
  member.raw_key = text_.substr(member.key_begin + 1, at_ - member.key_begin - 2);
  skip_blanks();
  if (at_ == text_.size() || text_[at_] != ':') return fail();
  ++at_;
  skip_blanks();
  member.value_begin = at_;
  if (!skip_value()) return fail();
  member.value_end = at_;
  return member;
}

std::string unescape_json(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  const auto parsed =
      nlohmann::json::parse(std::string("\"").append(raw).append("\""), nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : std::string();
}

bool key_is(std::string_view raw_key, std::string_view name) {
  if (raw_key.find('\\') == std::string_view::npos) return raw_key == name;
  return unescape_json(raw_key) == name;
}

}  // namespace tollgate::usage
