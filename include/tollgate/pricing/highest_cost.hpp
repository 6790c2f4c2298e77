// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::pricing {

/// The most that a request may take, before its answer tells anything.
struct HighestUse {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t images = 0;
};

/// What so much can cost at the most by an entry, in nanos, rounded up: every token in at the
/// dearest of the classes that are tokens in, every token out likewise, of whichever band, with
/// `millionths` added (PriceList::adjustment). Calls of tools and lengths of audio are in no
/// request and not in it. At most what 64 bits hold.
std::int64_t highest_cost(const PriceEntry& entry, const HighestUse& use, std::int64_t millionths);

}  // namespace tollgate::pricing
