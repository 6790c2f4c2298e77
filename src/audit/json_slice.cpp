// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_slice.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace tollgate::audit {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

/// Not 0: one of the eight bytes is `c`.
std::uint64_t holds(std::uint64_t eight, char c) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  const std::uint64_t differs = eight ^ (kOnes * static_cast<unsigned char>(c));
  return (differs - kOnes) & ~differs & (kOnes << 7);
}

/// Behind the quote that ends the string which begins at `at`.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    for (std::uint64_t eight = 0; text.size() - at > sizeof eight; at += sizeof eight) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if ((holds(eight, '"') | holds(eight, '\\')) != 0) break;
    }
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return text.size();
}

/// What the characters mean to somebody who looks for a value's end.
enum class Sign : std::uint8_t { none, quote, opens, closes, ends };

constexpr std::array<Sign, 256> make_signs() {
  std::array<Sign, 256> signs{};
  signs['"'] = Sign::quote;
  signs['{'] = signs['['] = Sign::opens;
  signs['}'] = signs[']'] = Sign::closes;
  signs[','] = signs[' '] = signs['\n'] = signs['\r'] = signs['\t'] = Sign::ends;
  return signs;
}

constexpr auto kSigns = make_signs();

Sign sign_of(char c) { return kSigns[static_cast<unsigned char>(c)]; }

std::size_t container_end(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Sign sign = sign_of(text[at]);
    if (sign == Sign::none || sign == Sign::ends) continue;
    if (sign == Sign::quote) {
      at = string_end(text, at) - 1;
    } else if (sign == Sign::opens) {
      ++depth;
    } else if (--depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

std::size_t value_end(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '"') return string_end(text, 0);
  if (text.front() == '{' || text.front() == '[') return container_end(text);
  std::size_t at = 0;
  while (at < text.size() && sign_of(text[at]) < Sign::closes) ++at;
  return at;
}

}  // namespace

JsonSlice::JsonSlice(std::string_view text) {
  text = skip_blanks(text);
  raw_ = text.substr(0, value_end(text));
}

bool JsonSlice::says_something() const {
  if (!exists() || is_null() || raw_ == "\"\"" || raw_ == "0") return false;
  if (!is_object() && !is_array()) return true;
  return skip_blanks(raw_.substr(1)).size() > 1;
}

std::string_view JsonSlice::written() const {
  return is_string() && raw_.size() >= 2 ? raw_.substr(1, raw_.size() - 2) : std::string_view();
}

std::string JsonSlice::text() const { return unescape(written()); }

bool JsonSlice::is_text(std::string_view text) const {
  if (!is_string()) return false;
  const std::string_view inside = written();
  if (inside.find('\\') == std::string_view::npos) return inside == text;
  return inside.size() <= text.size() * 6 && unescape(inside) == text;
}

std::optional<std::int64_t> JsonSlice::integer() const {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(raw_.data(), raw_.data() + raw_.size(), value);
  if (error != std::errc() || end != raw_.data() + raw_.size()) return std::nullopt;
  return value;
}

JsonSlice JsonSlice::operator[](std::string_view name) const {
  JsonSlice found;
  JsonItems items(*this);
  for (JsonItem item; items.next(item);) {
    if (item.name.is_text(name)) found = item.value;
  }
  return found;
}

JsonSlice JsonSlice::sole(std::string_view name) const {
  JsonSlice found;
  JsonItems items(*this);
  for (JsonItem item; items.next(item);) {
    if (!item.name.is_text(name)) continue;
    if (found.exists()) return {};
    found = item.value;
  }
  return found;
}

JsonItems::JsonItems(JsonSlice container) : object_(container.is_object()) {
  if (object_ || container.is_array()) rest_ = container.raw().substr(1);
}

bool JsonItems::next(JsonItem& item) {
  while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == ',')) {
    rest_.remove_prefix(1);
  }
  if (rest_.empty() || rest_.front() == '}' || rest_.front() == ']') return false;
  if (object_) {
    item.name = take_value();
    rest_ = skip_blanks(rest_);
    if (!rest_.empty()) rest_.remove_prefix(1);  // the colon
    rest_ = skip_blanks(rest_);
  }
  item.value = take_value();
  return item.value.exists();
}

JsonSlice JsonItems::take_value() {
  JsonSlice value;
  value.raw_ = rest_.substr(0, value_end(rest_));
  rest_.remove_prefix(value.raw_.size());
  return value;
}

JsonFields::JsonFields(JsonSlice object) : object_(object) {
  if (!object.is_object()) return;
  items_.reserve(12);  // of an event, mostly
  JsonItems items(object);
  for (JsonItem item; items.next(item);) items_.push_back(item);
}

JsonSlice JsonFields::operator[](std::string_view name) const {
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    if (item->name.is_text(name)) return item->value;
  }
  return {};
}

}  // namespace tollgate::audit
