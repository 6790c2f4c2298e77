// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>

#include "record_store.hpp"
#include "tollgate/ledger/quota_book.hpp"

namespace tollgate::ledger {

/// The QuotaBook of an open ledger.
class LedgerQuotas : public QuotaBook {
 public:
  /// `mutex`: of the store. Both outlive it.
  LedgerQuotas(std::mutex& mutex, RecordStore& store) : mutex_(mutex), store_(store) {}

  Result<void> add_refusals(std::span<const usage::RefusalRow> counts, UtcTime now) override;
  Result<std::vector<StoredRefusals>> undelivered_refusals(const std::string& exporter,
                                                           std::size_t limit, UtcTime now) override;
  Result<void> account_refusals(const std::string& exporter,
                                const RefusalAccounting& accounting) override;
  Result<void> add_action(const QuotaAction& action) override;
  Result<std::vector<QuotaAction>> actions(UtcTime from) override;

 private:
  std::mutex& mutex_;
  RecordStore& store_;
};

}  // namespace tollgate::ledger
