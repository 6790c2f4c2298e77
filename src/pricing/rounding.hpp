// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::pricing {

/// An exact part of a picounit: small enough that every rate times every adjustment is a whole
/// number of them.
inline constexpr std::int64_t kGrainsPerPico = 18'000'000 * std::int64_t{1'000'000};
inline constexpr Int128 kGrainsPerNano = Int128{kGrainsPerPico} * 1000;

/// So much at a rate, adjusted, in grains; nullopt: too large.
std::optional<Int128> grains_of(std::int64_t quantity, const Rate& rate, std::int64_t millionths);

/// Amounts in whole nanos.
struct RoundedAmounts {
  std::int64_t sum = 0;
  std::vector<std::int64_t> parts;  ///< in the order given; they add up to the sum
};

/// Rounds the sum of the amounts, which are not negative, once, half to even; then hands it out:
/// every part rounded down, and one nano more to those with the largest rests until the sum is
/// reached, among equals to the first. nullopt: the sum does not fit.
std::optional<RoundedAmounts> round_amounts(const std::vector<Int128>& grains);

/// The same, into `parts`, as many as there are amounts. Returns the sum.
std::optional<std::int64_t> round_amounts(std::span<const Int128> grains,
                                          std::span<std::int64_t> parts);

}  // namespace tollgate::pricing
