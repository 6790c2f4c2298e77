// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "tollgate/routing/route.hpp"

namespace tollgate::routing {

/// What the picker must know of a candidate at the moment.
struct Standing {
  bool usable = false;        ///< healthy or due for a probe, and not yet tried for this request
  std::uint32_t pending = 0;  ///< exchanges under way at its target
};

/// Chooses one candidate for one attempt; the index, or nullopt when none is usable. Pure: the same
/// arguments give the same choice; `random` are any 64 bits, fresh for each attempt.
/// - The lowest priority number with a usable candidate is served; later ones are spill-over.
/// - Inside it a weighted draw: unequal weights are kept as exact shares, whatever the load (A/B
/// tests).
/// - Among equal weights that draw is a tie, and the one with the least pending wins it: regions
/// that stand
///   side by side share the load by how fast they work it off.
/// `candidates` are in priority order, as in a Route; `standings` runs in parallel.
std::optional<std::size_t> pick(std::span<const Candidate> candidates,
                                std::span<const Standing> standings, std::uint64_t random);

}  // namespace tollgate::routing
