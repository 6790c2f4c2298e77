// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answer_ids.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::usage {

void AnswerIds::feed_events(std::string_view bytes) {
  using Kind = SseFramer::Kind;
  for (;;) {
    const SseFramer::Token token = framer_.next(bytes);
    if (token.kind == Kind::need_more) return;
    bytes.remove_prefix(token.raw.size());
    if (token.kind == Kind::event || token.kind == Kind::data) scanner_.feed(token.data);
    if (token.kind == Kind::event || token.kind == Kind::end) end_text();
  }
}

std::vector<std::string> AnswerIds::take() {
  end_text();
  return std::move(ids_);
}

/// One answer has few ids, but for long lists: these are looked through for each.
void AnswerIds::end_text() {
  if (scanner_.well_formed()) {
    for (const PlacedText& found : scanner_.found()) {
      const bool fits = ids_.size() < kMostParts && !found.value.empty() &&
                        found.value.size() <= JsonPathScanner::kLongestValue;
      const bool known = std::find(ids_.begin(), ids_.end(), found.value) != ids_.end();
      if (fits && !known) ids_.push_back(found.value);
    }
  }
  scanner_.reset();
}

}  // namespace tollgate::usage
