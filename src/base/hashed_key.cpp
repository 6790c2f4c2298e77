// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/hashed_key.hpp"

namespace tollgate {
namespace {

/// A key of 44 letters of base64 has two thirds of a slash on average.
constexpr int kMostKeyPieces = 8;
/// Base64 pads with up to two marks.
constexpr std::size_t kMostKeyPadding = 2;

bool is_blank_byte(char c) { return static_cast<unsigned char>(c) <= ' '; }

std::size_t key_piece_end(std::string_view text, std::size_t from) {
  while (from < text.size() && !is_key_mark(text[from])) ++from;
  return from;
}

}  // namespace

std::size_t key_length_at(std::string_view text, KeyReach reach,
                          const std::function<bool(const Sha256&)>& knows) {
  const bool bounded = reach == KeyReach::text;
  if (bounded) text = text.substr(0, kLongestKeyInText + kMostKeyPadding);
  const auto is_key = [&](std::size_t size) {
    return size >= kShortestKey && knows(sha256(text.substr(0, size)));
  };
  std::size_t end = 0;
  for (int pieces = 0; pieces < kMostKeyPieces && end < text.size(); ++pieces) {
    end = key_piece_end(text, end + (pieces == 0 ? 0 : 1));
    if (is_key(end)) return end;
    std::size_t padded = end;
    while (padded < text.size() && padded < end + kMostKeyPadding && text[padded] == '=') {
      if (is_key(++padded)) return padded;
    }
    if (bounded && end < text.size() && is_blank_byte(text[end])) return 0;
  }
  return 0;
}

}  // namespace tollgate
