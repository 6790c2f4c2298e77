// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "tollgate/quotas/limit.hpp"
#include "tollgate/quotas/windows.hpp"

// What passes between the counters of this process and whoever decides for several processes
// (shared_quotas). Values; numbers are units (use.hpp).
namespace tollgate::quotas {

class Counter;

/// One limit of a request, as it is to be decided elsewhere.
struct Asked {
  Counter* counter = nullptr;
  const LimitKey* key = nullptr;      ///< as long as the quotas
  std::optional<std::int64_t> units;  ///< nullopt: no price
  std::int64_t amount = 0;            ///< of a minute the burst; of top-ups the configuration's
  std::int64_t per_minute = 0;        ///< of a minute alone
  std::optional<Window> window;       ///< of windows
  bool enforces = true;
  bool strict = false;
  OnStoreFailure on_failure = OnStoreFailure::local;
};

/// What was decided of one.
enum class Ruling : std::uint8_t {
  granted,     ///< the store has it: it counts, whatever the amount
  counted,     ///< the same, and the store must be told
  shadow_hit,  ///< the store would have refused it
  share        ///< nobody can be asked: this process's part of what was left decides
};

/// How a limit stood in the store, the claims of this process included.
struct Seen {
  std::int64_t total = 0;
  std::int64_t own = 0;  ///< of it, this process's claims; 0 of a minute
  std::int64_t amount = 0;
};

/// What this process has of one limit, in one window.
struct OwnUse {
  const LimitKey* key = nullptr;
  std::optional<Window> window;
  /// Used and reserved; of a minute, all that was taken since the process began and not given back.
  std::int64_t claimed = 0;
  std::int64_t used = 0;    ///< settled; of a minute and in flight, as claimed
  std::int64_t level = 0;   ///< of a minute: of what it has taken, what has not flowed off
  std::int64_t added = 0;   ///< to the amount, by operators, in this process
  std::int64_t amount = 0;  ///< as it is asked for
  std::int64_t per_minute = 0;
};

}  // namespace tollgate::quotas
