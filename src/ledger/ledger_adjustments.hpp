// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>

#include "record_store.hpp"
#include "tollgate/ledger/adjustments.hpp"

namespace tollgate::ledger {

/// What the adjustments of an open ledger share with it; all of it outlives them.
struct AdjustmentParts {
  std::mutex& mutex;  ///< of the store
  RecordStore& store;
  std::function<Result<void>()> ingest;  ///< under the mutex: what has ended is in the database
  std::function<std::optional<UtcTime>()> first_open;  ///< under the mutex: of open operations
};

/// The adjustments of an open ledger.
class LedgerAdjustments : public AdjustmentBook {
 public:
  explicit LedgerAdjustments(AdjustmentParts parts) : parts_(std::move(parts)) {}

  Result<std::size_t> add(std::span<const usage::CostAdjustment> adjustments,
                          const std::optional<ClosedHour>& closed) override;
  Result<std::optional<UtcTime>> closed_to(const std::string& backend,
                                           const std::string& deployment) override;
  Result<std::optional<UtcTime>> first_unfinished(const Concerns& concerns) override;
  Result<std::optional<UtcTime>> first_kept() override;
  Result<std::vector<StoredAdjustment>> undelivered(const std::string& exporter,
                                                    std::size_t limit) override;
  Result<void> account(const std::string& exporter, const AdjustmentAccounting& accounting,
                       UtcTime now) override;

 private:
  Result<std::optional<UtcTime>> first_awaiting(const Concerns& concerns);

  AdjustmentParts parts_;
};

}  // namespace tollgate::ledger
