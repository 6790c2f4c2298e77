// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tollgate/quotas/reservation.hpp"
#include "tollgate/quotas/windows.hpp"

// What operators and clients are told of limits. Values; numbers are in the limit's own measure.
namespace tollgate::quotas {

/// One limit as it stands.
struct LimitState {
  std::shared_ptr<const Rule> rule;
  /// Of a minute: of the burst, what has not flowed off. Without what is reserved, but for a
  /// minute, where the two cannot be told apart. Rounded up.
  std::int64_t used = 0;
  std::int64_t reserved = 0;
  /// What other processes have used and reserved, as it was last seen in the store they share.
  std::int64_t elsewhere = 0;
  std::int64_t amount = 0;       ///< with top-ups; of a minute, the burst
  std::int64_t left = 0;         ///< of what nobody has used or reserved; below 0: beyond the limit
  std::optional<Window> window;  ///< of windows
  /// What is used beyond the amount: more was taken than had been reserved, or the amount is less
  /// than it was.
  std::int64_t overshoot = 0;
  /// What was used of the window before this process began is not in it: the ledger could not be
  /// read.
  bool held = false;
  std::uint64_t refusals = 0;     ///< since start
  std::uint64_t shadow_hits = 0;  ///< what it would have refused, since start
};

/// One kind's limit that a client is told of.
struct Room {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;  ///< at least 0
  milliseconds reset{0};       ///< until all of it is there again
};
/// Of minutes and windows, the one with the smallest part of it left; nullopt: none.
struct Tightest {
  std::optional<Room> requests;
  std::optional<Room> tokens;
};

/// What was used of a window has reached a percentage of its amount.
struct Warning {
  std::shared_ptr<const Rule> rule;
  std::int64_t percent = 0;
  std::int64_t used = 0;
  std::int64_t amount = 0;
  Window window;
};

/// How many requests of a client a limit refused in a minute: in place of a record each.
struct RefusalCount {
  UtcTime minute;
  std::string client;  ///< empty: at a deployment's limit, for any client
  std::string model;   ///< that was asked for; empty: none
  std::shared_ptr<const Rule> rule;
  Exceeded::Kind kind = Exceeded::Kind::rate;
  std::uint64_t count = 0;
};

}  // namespace tollgate::quotas
