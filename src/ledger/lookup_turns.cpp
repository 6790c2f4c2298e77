// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "lookup_turns.hpp"

#include <utility>

namespace tollgate::ledger {

void LookupTurns::add(std::shared_ptr<Lookup> lookup) {
  const auto line = lines_.find(lookup->client);
  if (line != lines_.end()) {
    line->second.push_back(std::move(lookup));
    return;
  }
  // A line that is there has somebody in it, also when there is no memory for the second step.
  std::deque<std::shared_ptr<Lookup>> fresh{lookup};
  lines_.emplace(lookup->client, std::move(fresh));
}

std::shared_ptr<Lookup> LookupTurns::take() {
  if (lines_.empty()) return nullptr;
  auto line = lines_.upper_bound(last_client_);
  if (line == lines_.end()) line = lines_.begin();
  std::shared_ptr<Lookup> out = std::move(line->second.front());
  line->second.pop_front();
  last_client_ = line->first;
  if (line->second.empty()) lines_.erase(line);
  return out;
}

}  // namespace tollgate::ledger
