// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/learned_output.hpp"

#include <algorithm>
#include <bit>

namespace tollgate::quotas {

// Sizes 0 to 3 are 0 to 3 tokens; from 4 on the two bits behind the first one divide a doubling.
std::size_t LearnedOutput::size_of(std::int64_t tokens) {
  if (tokens < 4) return static_cast<std::size_t>(std::max<std::int64_t>(tokens, 0));
  const auto number = static_cast<std::uint64_t>(tokens);
  const auto bits = static_cast<std::size_t>(std::bit_width(number));
  const std::size_t size = 4 * (bits - 2) + ((number >> (bits - 3)) & 3U);
  return std::min(size, kSizes - 1);
}

std::int64_t LearnedOutput::longest_of(std::size_t size) {
  if (size < 4) return static_cast<std::int64_t>(size);
  const std::size_t shift = size / 4 - 1;
  return ((std::int64_t{4} + static_cast<std::int64_t>(size % 4) + 1) << shift) - 1;
}

void LearnedOutput::note(std::int64_t tokens) {
  counts_[size_of(tokens)].fetch_add(1, std::memory_order_relaxed);
  noted_.fetch_add(1, std::memory_order_relaxed);
  // Exactly one finds the number, and takes off what it halves.
  if (total_.fetch_add(1, std::memory_order_relaxed) + 1 == kForgets) forget();
}

void LearnedOutput::forget() {
  std::uint64_t forgotten = 0;
  for (std::atomic<std::uint64_t>& count : counts_) {
    const std::uint64_t half = count.load(std::memory_order_relaxed) / 2;
    count.fetch_sub(half, std::memory_order_relaxed);
    forgotten += half;
  }
  total_.fetch_sub(forgotten, std::memory_order_relaxed);
}

std::optional<std::int64_t> LearnedOutput::usual(std::int64_t most) const {
  constexpr std::uint64_t kPart = 8;
  const std::uint64_t noted = noted_.load(std::memory_order_relaxed);
  if (noted >= look_again_.load(std::memory_order_relaxed)) {
    found_.store(usual_size(), std::memory_order_relaxed);
    const std::uint64_t more = std::min(noted, kForgets) / kPart;
    look_again_.store(noted + std::max(more, kPart), std::memory_order_relaxed);
  }
  const std::size_t size = found_.load(std::memory_order_relaxed);
  if (size == kSizes) return std::nullopt;
  // What is longer than any size has the last one, which has no end.
  return size == kSizes - 1 ? most : std::min(longest_of(size), most);
}

std::size_t LearnedOutput::usual_size() const {
  std::array<std::uint64_t, kSizes> counts{};
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < kSizes; ++i) {
    counts[i] = counts_[i].load(std::memory_order_relaxed);
    total += counts[i];
  }
  if (total < kFewest) return kSizes;
  std::uint64_t not_longer = 0;
  std::size_t size = 0;
  while ((not_longer += counts[size]) * 100 < total * 95) ++size;
  return size;
}

}  // namespace tollgate::quotas
