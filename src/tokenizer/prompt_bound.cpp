// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/tokenizer/prompt_bound.hpp"

#include <algorithm>
#include <array>

namespace tollgate::tokenizer {
namespace {

/// The types of parts that are more than their own text, and so the text of the request alone.
constexpr std::array<std::string_view, 5> kPacked{"image_url\"", "input_image\"", "input_audio\"",
                                                  "input_file\"", "file\""};

/// Whether a string of the body is one of them; its quotes are looked at once.
bool is_packed(std::string_view body) {
  for (std::size_t at = body.find('"'); at != body.npos; at = body.find('"', at + 1)) {
    const std::string_view behind = body.substr(at + 1);
    if (!behind.starts_with('i') && !behind.starts_with('f')) continue;
    const auto begins = [behind](std::string_view type) { return behind.starts_with(type); };
    if (std::ranges::any_of(kPacked, begins)) return true;
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
