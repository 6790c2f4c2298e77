// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "forwarded_elements.hpp"

#include <algorithm>

#include "tollgate/base/text.hpp"

namespace tollgate::http {

namespace asio = boost::asio;

namespace {

bool is_name_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '_' || c == '-';
}

/// Digits, or a name that stands for a port.
bool is_port(std::string_view text) {
  if (text.size() > 1 && text.front() == '_')
    return std::all_of(text.begin(), text.end(), is_name_char);
  return !text.empty() && text.size() <= 5 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The part up to the next semicolon outside quotes, off the front.
std::string_view take_first_pair(std::string_view& rest) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < rest.size() && (quoted || rest[at] != ';'); ++at) {
    if (rest[at] == '"') quoted = !quoted;
  }
  const std::string_view pair = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return trim(pair);
}

/// Without its quotes, which must be none or both.
std::optional<std::string_view> unquoted(std::string_view value) {
  const auto quotes = std::count(value.begin(), value.end(), '"');
  if (quotes == 0) return value;
  if (quotes != 2 || value.front() != '"' || value.back() != '"') return std::nullopt;
  return value.substr(1, value.size() - 2);
}

}  // namespace

std::string_view take_last_element(std::string_view& list, bool quotes) {
  bool quoted = false;
  std::size_t at = list.size();
  for (; at > 0 && (quoted || list[at - 1] != ','); --at) {
    if (quotes && list[at - 1] == '"') quoted = !quoted;
  }
  const std::string_view last = trim(list.substr(at));
  list = list.substr(0, at == 0 ? 0 : at - 1);
  return last;
}

std::optional<asio::ip::address> node_address(std::string_view node) {
  boost::system::error_code error;
  const std::size_t colon = node.rfind(':');
  const bool v4_with_port = colon != std::string_view::npos && node.find(':') == colon;
  const bool bracketed = !node.empty() && node.front() == '[';
  if (v4_with_port || (bracketed && node.back() != ']')) {
    if (colon == std::string_view::npos || !is_port(node.substr(colon + 1))) return std::nullopt;
    node = node.substr(0, colon);
  }
  if (bracketed) {
    if (node.back() != ']') return std::nullopt;
    const auto v6 = asio::ip::make_address_v6(node.substr(1, node.size() - 2), error);
    return error ? std::nullopt : std::optional<asio::ip::address>(v6);
  }
  const auto address = asio::ip::make_address(node, error);
  return error ? std::nullopt : std::optional(address);
}

std::optional<asio::ip::address> forwarded_address(std::string_view element) {
  // Right to left, an escaped quote looks like a quote: whatever has one may be cut in the wrong
  // place.
  if (element.find('\\') != std::string_view::npos) return std::nullopt;
  std::optional<std::string_view> node;
  while (!element.empty()) {
    const std::string_view pair = take_first_pair(element);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto value = unquoted(pair.substr(equals + 1));
    if (!value) return std::nullopt;
    if (!iequals(pair.substr(0, equals), "for")) continue;
    if (node) return std::nullopt;
    node = value;
  }
  return node ? node_address(*node) : std::nullopt;
}

}  // namespace tollgate::http
