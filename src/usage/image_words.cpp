// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/image_words.hpp"

#include <algorithm>
#include <array>

namespace tollgate::usage {
namespace {

constexpr std::string_view kAuto = "auto";
constexpr std::size_t kMostDigits = 5;

/// Of DALL-E and of the GPT image models.
constexpr std::array<std::string_view, 6> kQualities{"standard", "hd",   "low",
                                                     "medium",   "high", kAuto};

bool is_length(std::string_view digits) {
  return !digits.empty() && digits.size() <= kMostDigits &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string image_size_word(std::string_view text) {
  const std::size_t by = std::min(text.find('x'), text.size());
  const bool lengths =
      by < text.size() && is_length(text.substr(0, by)) && is_length(text.substr(by + 1));
  return std::string(lengths || text == kAuto ? text : std::string_view());
}

std::string image_quality_word(std::string_view text) {
  const bool known = std::find(kQualities.begin(), kQualities.end(), text) != kQualities.end();
  return std::string(known ? text : std::string_view());
}

}  // namespace tollgate::usage
