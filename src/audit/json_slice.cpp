// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_slice.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::audit {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

/// Behind the quote that ends the string which begins at `at`.
std::size_t string_end(std::string_view text, std::size_t at) {
  const char* const end = text.data() + text.size();
  for (const char* next = text.data() + at + 1; next < end;) {
    next = find_string_stop(next, end);
    if (next == end) break;
    if (*next == '"') return static_cast<std::size_t>(next + 1 - text.data());
    next += std::min<std::ptrdiff_t>(end - next, 2);
  }
  return text.size();
}

/// Whether a number or word ends before the character.
bool ends_scalar(char c) { return c == ',' || c == '}' || c == ']' || is_blank(c); }

std::size_t container_end(std::string_view text) {
  const char* const end = text.data() + text.size();
  std::size_t depth = 0;
  for (const char* at = text.data(); at < end; ++at) {
    at = find_nesting_stop(at, end);
    if (at == end) break;
    const auto here = static_cast<std::size_t>(at - text.data());
    if (*at == '"') {
      at = text.data() + string_end(text, here) - 1;
    } else if (*at == '{' || *at == '[') {
      ++depth;
    } else if (--depth == 0) {
      return here + 1;
    }
  }
  return text.size();
}

std::size_t value_end(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '"') return string_end(text, 0);
  if (text.front() == '{' || text.front() == '[') return container_end(text);
  std::size_t at = 0;
  while (at < text.size() && !ends_scalar(text[at])) ++at;
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

std::string JsonSlice::text() const { return unescape(written()); }

bool JsonSlice::spells(std::string_view text) const {
  const std::string_view inside = written();
  return inside.find('\\') != std::string_view::npos && unescape(inside) == text;
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

JsonSlice JsonFields::sole(std::string_view name) const {
  JsonSlice found;
  for (const JsonItem& item : items_) {
    if (!item.name.is_text(name)) continue;
    if (found.exists()) return {};
    found = item.value;
  }
  return found;
}

JsonSlice JsonFields::operator[](std::string_view name) const {
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    if (item->name.is_text(name)) return item->value;
  }
  return {};
}

}  // namespace tollgate::audit
