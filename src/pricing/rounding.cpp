// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rounding.hpp"

#include <algorithm>

namespace tollgate::pricing {
namespace {

constexpr std::int64_t kGrainsPerUnit = 18'000'000;  // of every divisor of a rate a multiple
constexpr std::int64_t kMillion = 1'000'000;

static_assert(kGrainsPerUnit % kPerMillion == 0 && kGrainsPerUnit % kPerHour == 0 &&
              kGrainsPerUnit % kPerMinute == 0 && kGrainsPerUnit % kPerSecond == 0);
static_assert(kGrainsPerPico == kGrainsPerUnit * kMillion);

std::optional<Int128> sum_of(std::span<const Int128> grains) {
  std::optional<Int128> sum = 0;
  for (const Int128 amount : grains) {
    if (sum) sum = plus(*sum, amount);
  }
  return sum;
}

/// What a part lacks of its amount: below 0 once it has been given a nano more.
Int128 rest_of(Int128 amount, std::int64_t part) { return amount - Int128{part} * kGrainsPerNano; }

}  // namespace

std::optional<Int128> grains_of(std::int64_t quantity, const Rate& rate, std::int64_t millionths) {
  std::optional<Int128> out = times(rate.pico, quantity);
  if (out) out = times(*out, kGrainsPerUnit / rate.per);
  if (out) out = times(*out, kMillion + millionths);
  return out;
}

std::optional<std::int64_t> round_amounts(std::span<const Int128> grains,
                                          std::span<std::int64_t> parts) {
  const std::optional<Int128> exact = sum_of(grains);
  const auto sum = exact ? to_int64(divide_half_even(*exact, kGrainsPerNano)) : std::nullopt;
  if (!sum) return std::nullopt;
  std::int64_t missing = *sum;
  for (std::size_t i = 0; i < grains.size(); ++i) {
    parts[i] = static_cast<std::int64_t>(grains[i] / kGrainsPerNano);
    missing -= parts[i];
  }
  for (; missing > 0; --missing) {
    std::size_t largest = 0;  // the first of equals
    for (std::size_t i = 1; i < grains.size(); ++i) {
      if (rest_of(grains[i], parts[i]) > rest_of(grains[largest], parts[largest])) largest = i;
    }
    ++parts[largest];
  }
  return sum;
}

std::optional<RoundedAmounts> round_amounts(const std::vector<Int128>& grains) {
  RoundedAmounts out{.sum = 0, .parts = std::vector<std::int64_t>(grains.size())};
  const auto sum = round_amounts(std::span(grains), std::span(out.parts));
  if (!sum) return std::nullopt;
  out.sum = *sum;
  return out;
}

}  // namespace tollgate::pricing
