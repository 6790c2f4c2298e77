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
#include "tollgate/ledger/usage_groups.hpp"

namespace tollgate::ledger {

/// From its begin on, up to its end and without it; nullopt: no bound.
struct Period {
  std::optional<UtcTime> from;
  std::optional<UtcTime> until;

  bool holds(UtcTime time) const { return (!from || time >= *from) && (!until || time < *until); }
};

/// One row of a report. Of the operations without a total some are free, the others unknown.
struct UsageRow {
  std::vector<std::string> keys;  ///< one value per grouping column
  std::int64_t operations = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t total_tokens = 0;
  std::optional<double> average_total_tokens;  ///< over the operations that have a total
  std::int64_t without_usage = 0;              ///< operations whose total is not there
  std::int64_t estimated = 0;                  ///< operations with basis estimated or partial
  std::int64_t free = 0;  ///< of those without: known to cost no tokens (usage::reason::is_free)
  std::int64_t cached_prompt_tokens = 0;  ///< of the prompt's, at another price
  std::int64_t estimated_tokens = 0;      ///< of the total: of operations that `estimated` counts

  std::int64_t unknown() const { return without_usage - free; }
};

/// Of which time a ledger has records.
struct KeptTime {
  /// Records that began up to then may have been deleted, by age or for want of room; nullopt: none
  /// was. In a ledger of an earlier version it is as late as it can be.
  std::optional<UtcTime> deleted_to;
  /// When the first record began that is there; nullopt: none is, outside the journals.
  std::optional<UtcTime> first;
};

/// Read-only view of a ledger file, safe beside a running gateway. Includes closed records that are
/// still in journals only.
class LedgerReader {
 public:
  /// Errors: not_found, storage.
  static Result<std::unique_ptr<LedgerReader>> open(const std::string& path);
  virtual ~LedgerReader() = default;

  /// Sums of the operations that began in the period, a row for each combination of the groups'
  /// values. Rows are sorted by their keys.
  virtual Result<std::vector<UsageRow>> usage(const UsageGroups& groups, const Period& period) = 0;

  /// Calls `visit` for every record that began in the period, ordered by event time and then by id,
  /// with where it stands.
  virtual Result<void> for_each(const Period& period,
                                const std::function<void(const StoredRecord&, RecordState,
                                                         const std::string& reason)>& visit) = 0;

  /// What counts in place of a record's own cost; nullopt: nothing does. Within a visit of
  /// for_each() of the same moment as the record.
  virtual Result<std::optional<StoredAdjustment>> adjustment_of(const Uuid& record) = 0;

  /// Calls `visit` for the newest adjustment of each record that began in the period, and of what
  /// was not used of an hour of capacity in it; by that time.
  virtual Result<void> for_each_adjustment(
      const Period& period, const std::function<void(const StoredAdjustment&)>& visit) = 0;

  virtual Result<KeptTime> kept_time() = 0;

  /// What the last call could not read, or found missing, of what the ledger should hold of that
  /// period: a line each. Empty: it read everything.
  virtual const std::vector<std::string>& faults() const = 0;
};

}  // namespace tollgate::ledger
