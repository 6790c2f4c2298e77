// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "word_search.hpp"

#include <algorithm>

namespace tollgate::redaction {
namespace {

constexpr std::uint8_t kSkipped = 1;

std::size_t byte_of(char c) { return static_cast<unsigned char>(c); }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

}  // namespace

WordSearch::WordSearch(const std::vector<std::string_view>& words, std::string_view skipped) {
  for (const char c : skipped) letter_of_[byte_of(c)] = kSkipped;
  for (const std::string_view word : words) {
    for (const char c : word) {
      if (letter_of_[byte_of(c)] != 0) continue;
      letter_of_[byte_of(c)] = letter_of_[byte_of(upper(c))] =
          static_cast<std::uint8_t>(letters_++);
    }
  }
  add_state();
  for (const std::string_view word : words) add(word);
  complete();
}

bool WordSearch::any_in(std::string_view text) const {
  State state = 0;
  for (const char c : text) {
    state = table_[state * letters_ + letter_of_[byte_of(c)]];
    if (state == kFound) return true;
  }
  return false;
}

WordSearch::State WordSearch::add_state() {
  const auto added = static_cast<State>(table_.size() / letters_);
  table_.resize(table_.size() + letters_);
  return added;
}

/// As a branch of the tree; 0 is where there is none.
void WordSearch::add(std::string_view word) {
  State state = 0;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const std::size_t letter = letter_of_[byte_of(word[at])];
    if (next(state, letter) == kFound) return;  // a shorter word tells already
    if (at + 1 == word.size()) {
      next(state, letter) = kFound;
    } else if (next(state, letter) == 0) {
      const State added = add_state();
      next(state, letter) = added;
    }
    state = next(state, letter);
  }
}

/// Where a branch does not go on, what its last letters begin does; those nearer to the tree's
/// begin are complete before they are asked.
void WordSearch::complete() {
  std::vector<State> shorter(table_.size() / letters_);  // the longest end of it that is a begin
  std::vector<State> in_order{0};
  for (std::size_t done = 0; done < in_order.size(); ++done) {
    const State state = in_order[done];
    for (std::size_t letter = 0; letter < letters_; ++letter) {
      State& to = next(state, letter);
      if (letter == kSkipped) {
        to = state;
        continue;
      }
      const State otherwise = state == 0 ? State{0} : next(shorter[state], letter);
      if (to == 0 || otherwise == kFound) {
        to = otherwise;
      } else if (to != kFound) {
        shorter[to] = otherwise;
        in_order.push_back(to);
      }
    }
  }
}

}  // namespace tollgate::redaction
