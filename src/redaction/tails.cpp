// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tails.hpp"

#include "check_digits.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::redaction {
namespace {

bool belongs(Tail tail, char c) {
  const bool token = is_letter(c) || is_digit(c) || c == '_' || c == '-';
  switch (tail) {
    case Tail::none:
      return false;
    case Tail::token:
      return token;
    case Tail::dotted:
      return token || c == '.';
    case Tail::base64:
      return token || std::string_view("+/=%~.").find(c) != std::string_view::npos;
    case Tail::value:
      return static_cast<unsigned char>(c) > ' ' &&
             std::string_view("\"'`,;&)]}<>").find(c) == std::string_view::npos;
    case Tail::word:
      return std::string_view(" \t\r\n\"").find(c) == std::string_view::npos;
    case Tail::armour:
      return is_letter(c) || is_digit(c) ||
             std::string_view("+/= \t\r\n").find(c) != std::string_view::npos;
  }
  return false;
}

}  // namespace

std::size_t tail_end(Tail tail, std::string_view text, std::size_t end) {
  while (end < text.size() && belongs(tail, text[end])) ++end;
  return end;
}

std::size_t armour_end(std::string_view text, std::size_t at) {
  static constexpr std::size_t kLongestLine = 64;
  static constexpr std::string_view kEdge = "-----";
  const std::string_view line = text.substr(at, kLongestLine);
  if (!line.starts_with("-----END ")) return at;
  const std::size_t end = line.find(kEdge, kEdge.size());
  return end == std::string_view::npos ? at : at + end + kEdge.size();
}

std::string spelled(Spelling spelling, std::string_view value) {
  switch (spelling) {
    case Spelling::exact:
      return std::string(value);
    case Spelling::any_case:
      return to_lower(value);
    case Spelling::compact:
      return compact(value);
  }
  return std::string(value);
}

}  // namespace tollgate::redaction
