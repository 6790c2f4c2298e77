// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/pricing/price_fault.hpp"

// Capacity that is paid by the hour, whoever uses it: provisioned throughput units (PTU).
namespace tollgate::pricing {

/// How the cost of an hour comes to the operations that capacity served in it (docs/cost.md).
enum class Allocate : std::uint8_t {
  utilisation,              ///< all of it, by weighted tokens
  utilisation_of_capacity,  ///< by weighted tokens out of all that the capacity could have taken
  list_price,               ///< what standard deployments would have cost
  none,                     ///< not at all
};

/// The words of price files: never renamed.
std::string_view to_string(Allocate allocate);
std::optional<Allocate> allocate_from_string(std::string_view text);

/// A deployment's capacity from a minute on: a resize or another price is one more entry.
struct Capacity {
  std::string backend;
  std::string deployment;
  std::string model;  ///< the model there, as prices name it
  UtcTime from;       ///< inclusive, a whole minute
  /// Exclusive. nullopt: until the next entry of the same deployment begins.
  std::optional<UtcTime> until;
  std::int64_t ptu = 0;
  Int128 pico_an_hour = 0;             ///< of one PTU; 0 where a month has a price
  std::optional<Int128> pico_a_month;  ///< of all PTUs, for each whole month (UTC)
  Allocate allocate = Allocate::utilisation;
  std::int64_t output_weight = 0;                 ///< one token out counts as so many in
  std::optional<std::int64_t> tokens_per_minute;  ///< that one PTU takes; nullopt: nobody knows
  int line = 0;                                   ///< where in its file, for errors
};

/// Limits of one entry. With them every hour's cost fits 64 bits of nanos, and every product 128.
inline constexpr std::int64_t kMostPtu = 100'000;
inline constexpr std::int64_t kDearestPtuHour = 10'000;  ///< currency units
inline constexpr std::int64_t kMostTokensPerMinute = 1'000'000'000;
inline constexpr std::int64_t kMostOutputWeight = 1'000;

/// What an hour of a deployment's capacity was.
struct CapacityHour {
  UtcTime begin;
  std::int64_t nano = 0;  ///< its cost
  /// Of the entry that applied last in the hour, as the two behind it.
  Allocate allocate = Allocate::utilisation;
  std::int64_t output_weight = 0;
  std::string model;
  std::optional<std::int64_t> tokens;  ///< weighted ones, that it could have taken in that hour
  std::string id;  ///< 32 hexadecimal digits: of all that decides the above, and the currency
};

/// The whole hour (UTC) that a time is in. No zone and no daylight saving has a say.
UtcTime hour_of(UtcTime time);

/// What an hour cost: each entry for the minutes for which it applied. Exact, and rounded once to
/// nanos, half to even; of a month's price so that all its hours add up to it. `history`: of one
/// deployment, in the order of time. nullopt: there was no capacity in that hour.
std::optional<CapacityHour> capacity_in(std::span<const Capacity> history, UtcTime hour,
                                        std::string_view currency);

/// The same without an id, which takes more time than all the rest.
std::optional<CapacityHour> capacity_in(std::span<const Capacity> history, UtcTime hour);

/// Every deployment's capacity. Immutable.
class CapacityList {
 public:
  CapacityList() = default;
  explicit CapacityList(std::vector<Capacity> entries);

  bool empty() const { return entries_.empty(); }
  /// By backend, deployment and time.
  const std::vector<Capacity>& entries() const { return entries_; }
  /// The entries of each deployment, one deployment after the other.
  std::vector<std::span<const Capacity>> deployments() const;
  /// Those of one deployment; empty: it has no capacity that has a price.
  std::span<const Capacity> history(std::string_view backend, std::string_view deployment) const;
  /// The entry that applies at a time; null: none.
  const Capacity* at(std::string_view backend, std::string_view deployment, UtcTime time) const;

 private:
  std::vector<Capacity> entries_;
};

/// Each pair of entries of one deployment of which both would apply at some time; by line. A gap
/// is none: capacity may be given back, and be bought anew.
std::vector<PriceFault> faults_of(const std::vector<Capacity>& entries);

/// A time in whole minutes (UTC), "2026-10-01T14:30Z", or a date, which is its beginning; nullopt
/// for anything else.
std::optional<UtcTime> parse_minute(std::string_view text);
/// "2026-10-01T14:30Z".
std::string to_minute(UtcTime time);

}  // namespace tollgate::pricing
