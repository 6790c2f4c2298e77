// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ledger_quotas.hpp"

#include <functional>

#include "database_file.hpp"
#include "quota_action_table.hpp"
#include "refusal_delivery.hpp"
#include "refusal_table.hpp"

namespace tollgate::ledger {
namespace {

Result<void> all_or_none(Database& database, const std::function<Result<void>()>& change) {
  Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  const Result<void> changed = change();
  return changed ? transaction.commit() : changed;
}

}  // namespace

Result<void> LedgerQuotas::add_refusals(std::span<const usage::RefusalRow> counts, UtcTime now) {
  const std::lock_guard lock(mutex_);
  return all_or_none(store_.database(),
                     [&] { return put_refusals(store_.database(), counts, now); });
}

Result<std::vector<StoredRefusals>> LedgerQuotas::undelivered_refusals(const std::string& exporter,
                                                                       std::size_t limit,
                                                                       UtcTime now) {
  const std::lock_guard lock(mutex_);
  const Result<void> closed =
      all_or_none(store_.database(), [&] { return close_refusals(store_.database(), now); });
  if (!closed) return closed.error();
  return refusals_behind(store_.database(), exporter, limit);
}

Result<void> LedgerQuotas::account_refusals(const std::string& exporter,
                                            const RefusalAccounting& accounting) {
  const std::lock_guard lock(mutex_);
  return all_or_none(store_.database(), [&] {
    return ledger::account_refusals(store_.database(), exporter, accounting);
  });
}

Result<void> LedgerQuotas::add_action(const QuotaAction& action) {
  const std::lock_guard lock(mutex_);
  return all_or_none(store_.database(), [&] { return put_action(store_.database(), action); });
}

Result<std::vector<QuotaAction>> LedgerQuotas::actions(UtcTime from) {
  const std::lock_guard lock(mutex_);
  return actions_from(store_.database(), from);
}

Result<QuotaNotes> read_quota_notes(const std::string& path, UtcTime from, UtcTime until) {
  Result<Database> database = open_beside(path);
  if (!database) return database.error();
  QuotaNotes out;
  const Result<bool> there = has_quota_tables(*database);
  if (!there) return there.error();
  if (!*there) return out;
  const Result<void> read = for_each_refusals(
      *database, from, until, [&](const StoredRefusals& one) { out.refusals.push_back(one.row); });
  if (!read) return read.error();
  auto actions = actions_from(*database, from);
  if (!actions) return actions.error();
  out.actions = std::move(*actions);
  return out;
}

}  // namespace tollgate::ledger
