// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/picker.hpp"

namespace tollgate::routing {
namespace {

/// The usable candidates of the first priority that has one: [begin, end), unusable ones in
/// between.
struct Group {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t weight = 0;
};

Group first_usable_group(std::span<const Candidate> candidates,
                         std::span<const Standing> standings) {
  Group out;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!standings[i].usable) continue;
    if (out.weight == 0) out.begin = i;
    if (candidates[i].priority != candidates[out.begin].priority) break;
    out.weight += candidates[i].weight;
    out.end = i + 1;
  }
  return out;
}

}  // namespace

std::optional<std::size_t> pick(std::span<const Candidate> candidates,
                                std::span<const Standing> standings, std::uint64_t random) {
  const Group group = first_usable_group(candidates, standings);
  if (group.weight == 0) return std::nullopt;
  std::uint64_t draw = random % group.weight;
  std::size_t chosen = group.begin;
  while (!standings[chosen].usable || draw >= candidates[chosen].weight) {
    if (standings[chosen].usable) draw -= candidates[chosen].weight;
    ++chosen;
  }
  const unsigned weight = candidates[chosen].weight;
  for (std::size_t i = group.begin; i < group.end; ++i) {
    const bool tied = standings[i].usable && candidates[i].weight == weight;
    if (tied && standings[i].pending < standings[chosen].pending) chosen = i;
  }
  return chosen;
}

}  // namespace tollgate::routing
