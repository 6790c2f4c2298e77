// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rounding.hpp"

#include <algorithm>
#include <numeric>

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

/// The places of the amounts, the largest rest first.
std::vector<std::size_t> by_rest(const std::vector<Int128>& grains) {
  std::vector<std::size_t> out(grains.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    return grains[a] % kGrainsPerNano > grains[b] % kGrainsPerNano;
  });
  return out;
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
  std::int64_t rest = *sum;
  for (const Int128 amount : grains) {
    out.parts.push_back(static_cast<std::int64_t>(amount / kGrainsPerNano));
    rest -= out.parts.back();
  }
  for (const std::size_t place : by_rest(grains)) {
    if (rest == 0) break;
    ++out.parts[place];
    --rest;
  }
  return out;
}

}  // namespace tollgate::pricing
