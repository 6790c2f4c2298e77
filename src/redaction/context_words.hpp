// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "match_view.hpp"

namespace tollgate::redaction {

/// Where in one text the words of one rule stand, looked for when they are first asked about: a
/// text may have thousands of numbers, each of which asks.
class ContextWords {
 public:
  /// `view` and `words` outlive it.
  ContextWords(const MatchView& view, std::span<const std::string_view> words)
      : view_(&view), words_(words) {}

  /// Whether one stands whole in the view's [begin, end): on either side of it is no letter, or
  /// something that cannot be seen.
  bool any_within(std::size_t begin, std::size_t end);

 private:
  struct Place {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void find();
  bool stands_whole(std::string_view text, const Place& place) const;

  const MatchView* view_;
  std::span<const std::string_view> words_;
  std::optional<std::vector<Place>> places_;  ///< by where they begin
};

}  // namespace tollgate::redaction
