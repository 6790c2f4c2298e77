// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "lookup_turns.hpp"

#include <utility>

namespace tollgate::ledger {

void LookupTurns::add(std::shared_ptr<Lookup> lookup) {
  auto& line = lines_[lookup->client];
  line.push_back(std::move(lookup));
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
