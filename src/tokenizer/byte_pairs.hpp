// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "vocabulary.hpp"

namespace tollgate::tokenizer {

/// How much of a long piece is merged at a time.
constexpr std::size_t kMergeWindow = 4096;

/// The tokens of one piece, which must not be empty: one if it is a token itself; else what is left
/// of its bytes when, again and again, the leftmost of the neighbours that make the token of lowest
/// rank are merged. O(n log n) time, memory for a window or so. A smaller window is for tests; the
/// count is the same.
std::size_t count_piece(const Vocabulary& vocabulary, std::string_view piece,
                        std::size_t window = kMergeWindow);

}  // namespace tollgate::tokenizer
