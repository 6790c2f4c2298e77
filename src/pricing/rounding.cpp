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

std::optional<Int128> sum_of(const std::vector<Int128>& grains) {
  std::optional<Int128> sum = 0;
  for (const Int128 amount : grains) {
    if (sum) sum = plus(*sum, amount);
  }
  return sum;
}

}  // namespace

std::optional<Int128> grains_of(std::int64_t quantity, const Rate& rate, std::int64_t millionths) {
  std::optional<Int128> out = times(rate.pico, quantity);
  if (out) out = times(*out, kGrainsPerUnit / rate.per);
  if (out) out = times(*out, kMillion + millionths);
  return out;
}

std::optional<RoundedAmounts> round_amounts(const std::vector<Int128>& grains) {
  const std::optional<Int128> exact = sum_of(grains);
  const auto sum = exact ? to_int64(divide_half_even(*exact, kGrainsPerNano)) : std::nullopt;
  if (!sum) return std::nullopt;
  RoundedAmounts out{.sum = *sum};
  out.parts.reserve(grains.size());
  std::vector<Int128> rests;
  rests.reserve(grains.size());
  std::int64_t missing = *sum;
  for (const Int128 amount : grains) {
    out.parts.push_back(static_cast<std::int64_t>(amount / kGrainsPerNano));
    rests.push_back(amount - Int128{out.parts.back()} * kGrainsPerNano);
    missing -= out.parts.back();
  }
  for (; missing > 0; --missing) {
    const auto largest = std::max_element(rests.begin(), rests.end());  // the first of equals
    ++out.parts[static_cast<std::size_t>(largest - rests.begin())];
    *largest = -1;
  }
  return out;
}

}  // namespace tollgate::pricing
