// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tollgate::redaction {

/// Tells whether one of a few words is in a text, in either case of ASCII letters, in one pass of a
/// look-up a byte, whatever the words are (Aho and Corasick's automaton).
class WordSearch {
 public:
  /// `words`: not empty ones, in lower case. `skipped`: bytes that are read as if they were not
  /// there; no word has them.
  explicit WordSearch(const std::vector<std::string_view>& words, std::string_view skipped = {});

  bool any_in(std::string_view text) const;

 private:
  using State = std::uint16_t;
  static constexpr State kFound = 0xFFFF;

  State& next(State state, std::size_t letter) { return table_[state * letters_ + letter]; }
  State add_state();
  void add(std::string_view word);
  void complete();

  std::array<std::uint8_t, 256> letter_of_{};  ///< 0: of no word; 1: skipped
  std::size_t letters_ = 2;
  std::vector<State> table_;  ///< by state and letter; the first state is the begin
};

}  // namespace tollgate::redaction
