// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tokens.hpp"

namespace tollgate::simulator {

/// What a model "generated" for one request: everything a body builder needs.
struct Generation {
  std::string unique;  ///< ids are a prefix and this
  std::int64_t created = 0;
  std::string deployment;  ///< as the caller named it
  std::string model;       ///< served snapshot
  std::int64_t words = 0;  ///< of the text, a word an event
  Tokens tokens;
  std::minstd_rand random;  ///< for obfuscation: same seed, same padding

  /// Random letters against traffic analysis (azure-protocol.md 2.1).
  std::string padding();
};

/// The text is these words over and over: quotes, line ends, several bytes a character, talk of
/// usage.
std::string word_at(std::int64_t index);
std::string text_of(const Generation& g);

/// A new id: rising, so that ids sort by age, and unlike any other of this process.
std::string make_id(const std::string& prefix);

std::int64_t unix_now();

}  // namespace tollgate::simulator
