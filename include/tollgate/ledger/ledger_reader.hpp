// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/rollup.hpp"

namespace tollgate::ledger {

/// From its begin on, up to its end and without it; nullopt: no bound.
struct Period {
  std::optional<UtcTime> from;
  std::optional<UtcTime> until;

  bool holds(UtcTime time) const { return (!from || time >= *from) && (!until || time < *until); }
};

/// Of which time a ledger has records.
struct KeptTime {
  /// Records that began up to then may have been deleted, by age or for want of room; nullopt: none
  /// was. In a ledger of an earlier version it is as late as it can be.
  std::optional<UtcTime> deleted_to;
  /// When the first record began that is there; nullopt: none is, outside the journals.
  std::optional<UtcTime> first;
};

/// What sums are made of: roll-ups, which stay longer and are fast, or records, which have all
/// fields.
enum class SumSource { rollups, records };

/// How a day (UTC) is divided by a report.
struct DayParts {
  enum class Kind : std::uint8_t { one, two, many } kind = Kind::one;
  UtcTime second;  ///< of two: when the second begins, at the border of a quarter hour
};

/// Sums of which time, and how finely it is to be divided.
struct ShareQuery {
  Period period;  ///< out of roll-ups its bounds are borders of quarter hours (UTC)
  SumSource source = SumSource::records;
  /// For the day that begins there. A share is of one part, and begins there or in it.
  std::function<DayParts(UtcTime day)> parts_of = [](UtcTime) { return DayParts(); };
};
using ShareVisit = std::function<void(const UsageShare&)>;

/// Read-only view of a ledger file, safe beside a running gateway. Includes closed records that are
/// still in journals only.
class LedgerReader {
 public:
  /// Errors: not_found, storage.
  static Result<std::unique_ptr<LedgerReader>> open(const std::string& path);
  virtual ~LedgerReader() = default;

  /// Calls `visit` for every record that began in the period, ordered by event time and then by id,
  /// with where it stands.
  virtual Result<void> for_each(const Period& period,
                                const std::function<void(const StoredRecord&, RecordState,
                                                         const std::string& reason)>& visit) = 0;

  /// The same of each record with the cost that counts for it now, its own or its newest
  /// adjustment's, as they were at one moment. One pass through both.
  virtual Result<void> for_each_counting(
      const Period& period,
      const std::function<void(const usage::UsageRecord&, RecordState)>& visit) = 0;

  /// Every adjustment of a record in the order in which they were made, and so in which they came
  /// to count.
  virtual Result<std::vector<StoredAdjustment>> adjustments_of(const Uuid& record) = 0;

  /// What counts in place of a record's own cost; nullopt: nothing does. Within a visit of
  /// for_each() of the same moment as the record.
  virtual Result<std::optional<StoredAdjustment>> adjustment_of(const Uuid& record) = 0;

  /// Calls `visit` for the newest adjustment of each record that began in the period, and of what
  /// was not used of an hour of capacity in it; by that time.
  virtual Result<void> for_each_adjustment(
      const Period& period, const std::function<void(const StoredAdjustment&)>& visit) = 0;

  /// Calls `visit` for sums that together are those of the operations that began in the period, in
  /// no order; some take away what others of the same part hold too much.
  virtual Result<void> for_each_share(const ShareQuery& query, const ShareVisit& visit) = 0;
  /// Class and price that PriceSums::price names, of the last for_each_share().
  virtual const usage::CostComponent& price(std::int64_t number) const = 0;
  /// Whether there are roll-ups, of all records that they should hold. Error storage.
  virtual Result<bool> has_rollups() = 0;

  virtual Result<KeptTime> kept_time(SumSource source) = 0;

  /// What the last call could not read, or found missing, of what the ledger should hold of that
  /// period: a line each. Empty: it read everything.
  virtual const std::vector<std::string>& faults() const = 0;
};

}  // namespace tollgate::ledger
