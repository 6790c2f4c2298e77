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
  const std::string lower = to_lower(view_->text());
  const std::string_view text = lower;
  for (const std::string_view word : words_) {
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
      const Place place{at, at + word.size()};
      if (stands_whole(text, place)) places_->push_back(place);
    }
  }
  std::sort(places_->begin(), places_->end(),
            [](const Place& a, const Place& b) { return a.begin < b.begin; });
}

bool ContextWords::stands_whole(std::string_view text, const Place& place) const {
  // Before the first byte: no letter, for there begin - 1 is behind every text.
  return (!is_letter_at(text, place.begin - 1) || view_->gap_at(place.begin)) &&
         (!is_letter_at(text, place.end) || view_->gap_at(place.end));
}

}  // namespace tollgate::redaction
