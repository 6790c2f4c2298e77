// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/refused_options.hpp"

namespace tollgate::upstream {

bool RefusedOptions::contains(const routing::Candidate& candidate,
                              std::string_view api_version) const {
  if (known_.empty()) return false;
  return known_.contains(
      {candidate.backend_index, std::string(candidate.deployment), std::string(api_version)});
}

void RefusedOptions::note(const routing::Candidate& candidate, std::string_view api_version) {
  if (known_.size() >= kMostKnown) known_.clear();
  known_.emplace(candidate.backend_index, candidate.deployment, api_version);
}

}  // namespace tollgate::upstream
