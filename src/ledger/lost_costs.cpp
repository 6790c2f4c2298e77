// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "lost_costs.hpp"

#include <limits>
#include <map>

#include "adjustment_table.hpp"
#include "ledger_snapshot.hpp"
#include "payload_glance.hpp"
#include "retention.hpp"

namespace tollgate::ledger {
namespace {

/// What counts for a record in the end.
struct Amount {
  std::optional<std::int64_t> nano;
  std::string currency;
};
using Amounts = std::map<Uuid, Amount>;

/// Of the records that began later than what retention deleted.
Result<Amounts> adjusted_amounts(Database& database) {
  const auto deleted = deleted_to(database);
  if (!deleted) return deleted.error();
  const UtcTime from = *deleted ? **deleted + microseconds(1) : from_unix_micros(0);
  Amounts out;
  const Result<void> read =
      for_each_newest(database, from, UtcTime::max(), [&](const StoredAdjustment& one) {
        const usage::UsageRecord& record = one.adjustment.record;
        const bool of_a_record =
            !one.damaged && one.adjustment.kind != usage::AdjustmentKind::unused_capacity;
        if (of_a_record) out[record.record_id] = {record.cost_nano, record.cost_currency};
      });
  if (!read) return read.error();
  return out;
}

}  // namespace

Result<LostCosts> find_lost_costs(Database& database, const std::vector<JournalRecord>& journals) {
  LedgerSnapshot snapshot(database, journals);
  Result<void> done = snapshot.take();
  if (!done) return done.error();
  Result<Amounts> amounts = adjusted_amounts(database);
  if (!amounts) return amounts.error();
  if (amounts->empty()) return LostCosts{};
  done = snapshot.for_each({}, [&](const LedgerSnapshot::Entry& entry) {
    const auto glance = glance_at(entry.payload);
    if (glance) amounts->erase(glance->record_id);
  });
  if (!done) return done.error();
  LostCosts out{.records = amounts->size()};
  for (const auto& [id, amount] : *amounts) {
    out.without_amount += amount.nano ? 0 : 1;
    if (amount.nano) out.nano[amount.currency] += *amount.nano;
  }
  return out;
}

}  // namespace tollgate::ledger
