// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/usage/cost_adjustment.hpp"

// What records cost in the end, where that is not what they say: in a table beside them
// (docs/ledger-format.md 6).
namespace tollgate::ledger {

/// An adjustment as exporters see it.
struct StoredAdjustment {
  std::int64_t sequence = 0;  ///< order of arrival among adjustments; never reused
  usage::CostAdjustment adjustment;
  /// Its check sum or its bytes are wrong: what it came to is not known, and of its record nothing
  /// but id and time, if these are whole.
  bool damaged = false;
};

/// CostReason of an adjustment that is damaged: nobody knows what its record costs.
inline constexpr std::string_view kAdjustmentDamaged = "adjustment_damaged";

/// An adjustment that an exporter's service refuses for good.
struct RefusedAdjustment {
  std::int64_t sequence = 0;
  std::string reason;
};

/// As Accounting is for records.
struct AdjustmentAccounting {
  std::vector<std::int64_t> accepted;
  std::vector<RefusedAdjustment> refused;
};

/// An hour of a deployment's capacity that has been shared out, as have been those before it. The
/// one that was noted last counts, also where it is an earlier one.
struct ClosedHour {
  std::string backend;
  std::string deployment;
  UtcTime hour;
};

/// Whether a record may be one that is waited for.
using Concerns = std::function<bool(const usage::UsageRecord&)>;

/// The adjustments of a ledger that a gateway has open. Thread-safe; may block on the disk. Errors:
/// storage.
class AdjustmentBook {
 public:
  virtual ~AdjustmentBook() = default;

  /// Writes those that change what counts, all or none, and with them that the hour is closed. What
  /// says what stands already is not written, nor a second one of the same record, kind and run:
  /// whatever was interrupted may be done again. `made_at` of what is written is behind that of the
  /// record's last one, whatever the clock says. Returns how many were written. Error storage, too:
  /// what counts for one of the records is damaged.
  virtual Result<std::size_t> add(std::span<const usage::CostAdjustment> adjustments,
                                  const std::optional<ClosedHour>& closed) = 0;
  /// The last hour of a deployment that was closed; nullopt: none.
  virtual Result<std::optional<UtcTime>> closed_to(const std::string& backend,
                                                   const std::string& deployment) = 0;
  /// When the first operation began whose record is not final: it is open, or awaits its backend
  /// and is one of those that are concerned. nullopt: none. Everything that has ended is in the
  /// database then.
  virtual Result<std::optional<UtcTime>> first_unfinished(const Concerns& concerns) = 0;
  /// When the first record began that is kept; nullopt: none is.
  virtual Result<std::optional<UtcTime>> first_kept() = 0;

  /// As Ledger's of records.
  virtual Result<std::vector<StoredAdjustment>> undelivered(const std::string& exporter,
                                                            std::size_t limit) = 0;
  virtual Result<void> account(const std::string& exporter, const AdjustmentAccounting& accounting,
                               UtcTime now) = 0;
};

/// Writes adjustments beside a running gateway or without one: a transaction each, between those of
/// the gateway. May wait for it. Errors: storage.
class AdjustmentDesk {
 public:
  /// Error not_found too.
  static Result<std::unique_ptr<AdjustmentDesk>> open(const std::string& path);
  virtual ~AdjustmentDesk() = default;

  /// As AdjustmentBook::add.
  virtual Result<std::size_t> add(std::span<const usage::CostAdjustment> adjustments) = 0;
};

/// The records of an hour, as they were at one moment. A connection of its own, beside whoever
/// writes. Errors: storage.
class HourReader {
 public:
  /// Error not_found too.
  static Result<std::unique_ptr<HourReader>> open(const std::string& path);
  virtual ~HourReader() = default;

  using Visit = std::function<void(const usage::UsageRecord&)>;
  /// Runs what reads: all of it sees the database as it was at one moment.
  virtual Result<void> at_once(const std::function<Result<void>()>& reading) = 0;
  /// The final records that began from `from` on and before `until`, in the order of their arrival.
  /// Damaged ones are passed over: nobody knows what they were.
  virtual Result<void> for_each(UtcTime from, UtcTime until, const Visit& visit) = 0;
  /// What counts for a record, or for what no record pays; nullopt: it was never adjusted.
  virtual Result<std::optional<StoredAdjustment>> adjustment_of(const Uuid& record) = 0;
  /// As AdjustmentBook::closed_to.
  virtual Result<std::optional<UtcTime>> closed_to(const std::string& backend,
                                                   const std::string& deployment) = 0;
};

}  // namespace tollgate::ledger
