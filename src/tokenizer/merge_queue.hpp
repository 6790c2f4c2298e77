// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "vocabulary.hpp"

namespace tollgate::tokenizer {

/// Merges the bytes of a text into tokens with a queue of neighbours, lowest rank first: O(n log
/// n).
class MergeQueue {
 public:
  struct Cut {
    std::size_t end = 0;          ///< offset in the text
    std::size_t count = 0;        ///< tokens before it
    std::string_view last_token;  ///< the one that ends there
  };

  explicit MergeQueue(const Vocabulary& vocabulary) : vocabulary_(&vocabulary) {}

  /// The text, which must not be empty, must outlive what the other functions return.
  void run(std::string_view text);

  std::size_t count() const;
  std::string_view first_token() const { return text_.substr(0, parts_[0].end); }

  /// The last token end not after `limit`. Requires limit >= kLongestToken.
  Cut cut_before(std::size_t limit) const;

 private:
  struct Part {
    std::uint32_t previous;  // where the part before begins; only valid past 0
    std::uint32_t end;
    std::uint32_t
        rank;  // of this part merged with the next; kNoRank too when it is no part any more
  };

  void merge(std::uint32_t begin);
  void look_up(std::uint32_t begin);

  const Vocabulary* vocabulary_;
  std::string_view text_;
  std::vector<Part> parts_;  // by the offset at which they begin
  std::vector<std::uint64_t>
      queue_;  // a heap of rank << 32 | begin; one is stale if the part's rank differs
};

}  // namespace tollgate::tokenizer
