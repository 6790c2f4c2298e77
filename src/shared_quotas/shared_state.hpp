// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "stored_count.hpp"
#include "tollgate/quotas/quotas.hpp"

namespace tollgate::shared_quotas {

/// What the workers of a process and its keeper share. Thread-safe.
struct SharedState {
  SharedState(quotas::Quotas& of, std::string prefix, Process process, milliseconds longest)
      : quotas(of), counts(std::move(prefix), std::move(process)), patience(longest) {}

  quotas::Quotas& quotas;
  StoredCounts counts;
  const milliseconds patience;  ///< a request waits no longer for the store, all slots together
  /// That have been heard of lately, this one included.
  std::atomic<std::int64_t> processes{1};
  std::atomic<std::int64_t> workers{1};
  /// Limits of requests that were decided without the store, by what their configuration says.
  std::array<std::atomic<std::uint64_t>, 3> without_store{};
  /// When a worker was last left without an answer: microseconds since 1970; 0: never.
  std::atomic<std::int64_t> failed_at{0};
  std::atomic<std::uint64_t> calls{0};       ///< for requests
  std::atomic<std::uint64_t> from_ahead{0};  ///< parts of requests that needed none
};

}  // namespace tollgate::shared_quotas
