// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "secret_shapes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base64_run.hpp"
#include "neighbours.hpp"

namespace tollgate::redaction {
namespace {

/// Six bytes with a digit, or eight with capitals among small letters, and no URL: what prose has
/// only in names.
bool is_credential(std::string_view word) {
  static constexpr std::size_t kWithDigit = 6;
  static constexpr std::size_t kWithout = 8;
  if (word.size() < kWithDigit || word.find("://") != std::string_view::npos) return false;
  if (std::any_of(word.begin(), word.end(), is_digit)) return true;
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return word.size() >= kWithout && std::any_of(word.begin() + 1, word.end(), is_capital) &&
         !std::all_of(word.begin(), word.end(), is_capital);
}

/// The text without what it begins with: blanks of JSON, then this; nullopt: it does not.
std::optional<std::string_view> behind(std::string_view text, char expected) {
  const std::size_t at = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  if (at == text.size() || text[at] != expected) return std::nullopt;
  return text.substr(at + 1);
}

bool begins_object(std::string_view text) {
  std::optional<std::string_view> rest = behind(text, '{');
  if (rest) rest = behind(*rest, '"');
  const std::size_t quote = rest ? rest->find('"') : std::string_view::npos;
  if (quote == std::string_view::npos) return false;
  const std::string_view name = rest->substr(0, quote);
  const bool printed = std::none_of(name.begin(), name.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < ' '; });
  return printed && behind(rest->substr(quote + 1), ':');
}

}  // namespace

bool looks_generated(std::string_view value) {
  // Behind the prefix, which may hold capitals itself.
  const std::string_view own = value.substr(std::min<std::size_t>(value.size(), 3));
  return std::any_of(own.begin(), own.end(),
                     [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

bool is_placeholder(std::string_view value) {
  static constexpr std::array<std::string_view, 5> kOpenings{"${", "{{", "<", "[", "$("};
  for (const std::string_view opening : kOpenings) {
    if (!value.starts_with(opening)) continue;
    std::string_view name = value.substr(opening.size());
    while (!name.empty() && std::string_view("}>])").find(name.back()) != std::string_view::npos)
      name.remove_suffix(1);
    return std::all_of(name.begin(), name.end(), [](char c) {
      return is_letter(c) || is_digit(c) ||
             std::string_view("_-. :").find(c) != std::string_view::npos;
    });
  }
  return false;
}

bool is_no_placeholder(std::string_view value) { return !is_placeholder(value); }

bool looks_assigned(std::string_view value) {
  const std::size_t scheme = value.find("://");
  const bool url =
      scheme != std::string_view::npos && scheme > 0 &&
      std::all_of(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(scheme), is_letter);
  return !is_placeholder(value) && !url && std::any_of(value.begin(), value.end(), is_digit) &&
         std::any_of(value.begin(), value.end(), is_letter);
}

bool holds_credential(std::string_view value) {
  if (is_placeholder(value)) return false;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find_first_of(" \t,"), value.size());
    if (is_credential(value.substr(0, end))) return true;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return false;
}

bool has_key_inside(std::string_view value) {
  const std::size_t head = value.find("KEY");
  const std::size_t end = head == std::string_view::npos ? head : value.find("-----", head);
  return end != std::string_view::npos && end + 5 < value.size();
}

bool looks_mixed(std::string_view value) {
  const auto any = [&](char first, char last) {
    return std::any_of(value.begin() + 3, value.end(),
                       [&](char c) { return c >= first && c <= last; });
  };
  return any('0', '9') && any('a', 'z') && any('A', 'Z');
}

bool is_token_of_parts(std::string_view value) {
  return std::count(value.begin(), value.end(), '.') >= 2;
}

bool is_token_with_head(std::string_view value) {
  if (!is_token_of_parts(value)) return false;
  std::string head;
  Base64Decoder().take(value.substr(0, value.find('.')), head);
  return begins_object(head);
}

}  // namespace tollgate::redaction
