// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/tokenizer/prompt_bound.hpp"

#include <algorithm>
#include <array>

namespace tollgate::tokenizer {
namespace {

/// In quotes, what begins with these words and goes on so makes a part more than its own text: the
/// types of such parts, and the names of what a part of type `file` holds.
struct Packed {
  std::string_view word;
  std::string_view rest;
};
constexpr std::array<Packed, 6> kPacked{{{"\"image", "url\""},
                                         {"\"input", "image\""},
                                         {"\"input", "audio\""},
                                         {"\"input", "file\""},
                                         {"\"file", "id\""},
                                         {"\"file", "data\""}}};

/// Whether a string of the body is one of them. All of them have an underscore, of which texts have
/// few.
bool is_packed(std::string_view body) {
  for (std::size_t at = body.find('_'); at != body.npos; at = body.find('_', at + 1)) {
    const std::string_view before = body.substr(0, at);
    const std::string_view behind = body.substr(at + 1);
    const auto stands_here = [&](const Packed& packed) {
      return before.ends_with(packed.word) && behind.starts_with(packed.rest);
    };
    if (std::ranges::any_of(kPacked, stands_here)) return true;
  }
  return false;
}

/// Whether a letter of a word is written as an escape, as no program that writes JSON does: the
/// words above would not be seen.
bool hides_letters(std::string_view body) {
  constexpr std::string_view kEscape = "\\u00";
  for (std::size_t at = body.find(kEscape); at != std::string_view::npos;
       at = body.find(kEscape, at + 1)) {
    const std::string_view next = body.substr(at + kEscape.size(), 1);
    if (next >= "4" && next <= "7") return true;
  }
  return false;
}

}  // namespace

std::optional<std::uint64_t> prompt_bound(std::string_view body) {
  if (is_packed(body) || hides_letters(body)) return std::nullopt;
  return body.size() + kFraming;
}

}  // namespace tollgate::tokenizer
