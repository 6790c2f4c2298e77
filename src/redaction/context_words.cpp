// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "context_words.hpp"

#include <algorithm>

#include "neighbours.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::redaction {
namespace {

bool is_letter_at(std::string_view text, std::size_t at) {
  return at < text.size() && is_letter(text[at]);
}

}  // namespace

bool ContextWords::any_within(std::size_t begin, std::size_t end) {
  if (!places_) find();
  const auto first =
      std::lower_bound(places_->begin(), places_->end(), begin,
                       [](const Place& one, std::size_t at) { return one.begin < at; });
  for (auto at = first; at != places_->end() && at->begin < end; ++at) {
    if (at->end <= end) return true;
  }
  return false;
}

void ContextWords::find() {
  places_.emplace();
  const std::string lower = to_lower(text_);
  const std::string_view text = lower;
  for (const std::string_view word : words_) {
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      // Before the first byte: no letter, for there at - 1 is behind every text.
      if (!is_letter_at(text, at - 1) && !is_letter_at(text, end)) places_->push_back({at, end});
    }
  }
  std::sort(places_->begin(), places_->end(),
            [](const Place& a, const Place& b) { return a.begin < b.begin; });
}

}  // namespace tollgate::redaction
