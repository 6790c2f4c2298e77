// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::seals {

/// Names stand in seals by the beginning of their SHA-256, so that no seal is longer for a longer
/// name. All zeros: no name.
using LongTag = std::array<char, 8>;
using ShortTag = std::array<char, 6>;

/// Of a client or a backend. Names are the operators', so nobody can look for two that collide.
LongTag long_tag(std::string_view name);
/// Of a deployment or a model.
ShortTag short_tag(std::string_view name);

/// What is sealed.
struct SealedText {
  LongTag client{};
  LongTag backend{};
  ShortTag deployment{};
  ShortTag model{};
  std::string rest;          ///< of the id, behind its word
  std::string conversation;  ///< empty: none, or its own

  bool operator==(const SealedText&) const = default;
};

/// As bytes, as few as it takes: what backends draw of hexadecimal digits or of base64url's is
/// folded. Never empty.
std::string encode(const SealedText& text);
/// Strict: nullopt for all that encode() does not write.
std::optional<SealedText> decode(std::string_view bytes);

}  // namespace tollgate::seals
