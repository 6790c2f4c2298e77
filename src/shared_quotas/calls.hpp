// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stored_count.hpp"
#include "tollgate/redis/call.hpp"
#include "tollgate/redis/reply.hpp"

// The scripts' arguments and answers (scripts.hpp), as values. Pure. What is no answer of theirs is
// nullopt.
namespace tollgate::shared_quotas {

/// What is asked of one count.
struct TakeLimit {
  const StoredCount* count = nullptr;
  bool refuses = true;
  std::int64_t units = 0;  ///< below 0: given back
  std::int64_t more = 0;   ///< ahead of need, at the most
};
struct TakeTerms {
  std::string claim;
  std::uint64_t session = 0;
  std::int64_t workers = 1;  ///< of all processes
  UtcTime now;
};
redis::Call take_call(const std::vector<TakeLimit>& limits, const TakeTerms& terms);

struct TakeAnswer {
  enum class What : std::uint8_t { taken, refused, young, unknown };
  struct Limit {
    bool fits = false;
    std::int64_t total = 0;
    std::int64_t amount = 0;
    std::int64_t taken = 0;
  };
  What what = What::unknown;
  std::vector<Limit> limits;  ///< as asked; empty: unknown
};
std::optional<TakeAnswer> take_answer(const redis::Reply& reply, std::size_t limits);

/// A claim to be stated.
struct StatedClaim {
  std::string name;
  std::uint64_t session = 0;
  std::int64_t units = 0;
  /// Of the units, what the total has already where the store does not know the claim.
  std::int64_t counted = 0;
  bool if_unknown = false;  ///< what the store knows stays
};
struct StateTerms {
  UtcTime now;
  bool adopts = false;                  ///< claims of the gateway's earlier incarnations go
  std::optional<std::int64_t> used{};   ///< nullopt: as it was
  std::optional<std::int64_t> added{};  ///< to the amount, by operators; nullopt: as it was
};
redis::Call state_call(const StoredCount& count, const Process& process,
                       const std::vector<StatedClaim>& claims, const StateTerms& terms);

struct StateAnswer {
  std::int64_t unknown = 0;
  std::int64_t total = 0;
  std::int64_t added = 0;  ///< to the amount, by operators
  std::int64_t later = 0;  ///< claims that another session has stated since
  bool made = false;
};
std::optional<StateAnswer> state_answer(const redis::Reply& reply);

redis::Call look_call(const StoredCount& count);
struct LookAnswer {
  struct Claimant {
    std::string process;
    std::int64_t claims = 0;
    std::int64_t settled = 0;
    std::int64_t silent = 0;  ///< seconds; below 0: never heard of
    bool told = false;        ///< what it has settled
  };
  std::int64_t total = 0;
  std::int64_t added = 0;
  std::vector<Claimant> claimants;
};
std::optional<LookAnswer> look_answer(const redis::Reply& reply);

redis::Call beat_call(const std::string& prefix, const Process& process, bool ends);
struct BeatAnswer {
  std::int64_t made = 0;  ///< when it was first told of any; another one: it has lost all since
  std::vector<Process> processes;
};
std::optional<BeatAnswer> beat_answer(const redis::Reply& reply);

}  // namespace tollgate::shared_quotas
