// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "hashed_keys.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::redaction {
namespace {

/// A key of 44 letters of base64 has two thirds of a slash on average.
constexpr int kMostPieces = 8;
/// Base64 pads with up to two marks.
constexpr std::size_t kMostPadding = 2;

bool is_mark(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return !((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '+');
}

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

std::size_t piece_end(std::string_view text, std::size_t from) {
  while (from < text.size() && !is_mark(text[from])) ++from;
  return from;
}

}  // namespace

HashedKeys::HashedKeys(std::vector<Sha256> hashes) : hashes_(std::move(hashes)) {
  std::sort(hashes_.begin(), hashes_.end());
}

bool HashedKeys::knows(std::string_view key) const {
  return key.size() >= kShortest && std::binary_search(hashes_.begin(), hashes_.end(), sha256(key));
}

/// Of the key that the text begins with; 0: it begins with none.
std::size_t HashedKeys::length_at(std::string_view text) const {
  text = text.substr(0, kLongest + kMostPadding);
  std::size_t end = 0;
  for (int pieces = 0; pieces < kMostPieces && end < text.size(); ++pieces) {
    end = piece_end(text, end + (pieces == 0 ? 0 : 1));
    if (knows(text.substr(0, end))) return end;
    std::size_t padded = end;
    while (padded < text.size() && padded < end + kMostPadding && text[padded] == '=') {
      if (knows(text.substr(0, ++padded))) return padded;
    }
    if (end < text.size() && is_blank(text[end])) return 0;
  }
  return 0;
}

std::optional<HashedKeys::Match> HashedKeys::find(std::string_view text, std::size_t from,
                                                  std::size_t to) const {
  if (hashes_.empty()) return std::nullopt;
  std::size_t at = from;
  if (at > 0 && !is_mark(text[at - 1])) at = piece_end(text, at);
  for (; at < std::min(to, text.size()); at = piece_end(text, at)) {
    for (; at < std::min(to, text.size()) && is_mark(text[at]); ++at) {
      // A letter of base64 is a mark as well, and one key in 64 begins with it.
      if (text[at] != '/') continue;
      if (const std::size_t size = length_at(text.substr(at))) return Match{at, at + size};
    }
    if (at >= std::min(to, text.size())) break;
    if (const std::size_t size = length_at(text.substr(at))) return Match{at, at + size};
  }
  return std::nullopt;
}

}  // namespace tollgate::redaction
