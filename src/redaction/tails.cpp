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
  }
  return false;
}

bool is_letter_at(std::string_view text, std::size_t at) {
  return at < text.size() && is_letter(text[at]);
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    if (!is_letter_at(text, at - 1) && !is_letter_at(text, at + word.size())) return true;
  }
  return false;
}

}  // namespace

std::size_t tail_end(Tail tail, std::string_view text, std::size_t end) {
  while (end < text.size() && belongs(tail, text[end])) ++end;
  return end;
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

bool has_word(std::string_view text, std::span<const std::string_view> words) {
  const std::string lower = to_lower(text);
  for (const std::string_view word : words) {
    if (has_word(lower, word)) return true;
  }
  return false;
}

}  // namespace tollgate::redaction
