// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::app {

/// A ledger that knows shares alone.
class SharesReader : public ledger::LedgerReader {
 public:
  struct Share {
    UtcTime begin;
    usage::UsageRecord record;
    ledger::RollupSums sums;
  };
  std::vector<Share> shares;
  std::optional<ledger::Period> asked;
  ledger::KeptTime kept;
  std::vector<ledger::ShareQuery> queries;
  bool broken_rollups = false;
  std::vector<std::string> lost;  ///< its faults

  Result<void> for_each(const ledger::Period&,
                        const std::function<void(const ledger::StoredRecord&, ledger::RecordState,
                                                 const std::string&)>&) override {
    return {};
  }
  Result<void> for_each_counting(
      const ledger::Period&,
      const std::function<void(const usage::UsageRecord&, ledger::RecordState)>&) override {
    return {};
  }
  Result<std::vector<ledger::StoredAdjustment>> adjustments_of(const Uuid&) override {
    return std::vector<ledger::StoredAdjustment>();
  }
  Result<std::optional<ledger::StoredAdjustment>> adjustment_of(const Uuid&) override {
    return std::optional<ledger::StoredAdjustment>();
  }
  Result<void> for_each_adjustment(
      const ledger::Period&, const std::function<void(const ledger::StoredAdjustment&)>&) override {
    return {};
  }
  Result<void> for_each_share(const ledger::ShareQuery& query,
                              const ledger::ShareVisit& visit) override {
    asked = query.period;
    queries.push_back(query);
    const bool broken = broken_rollups && query.source == ledger::SumSource::rollups;
    for (const Share& share : shares) {
      if (query.period.holds(share.begin)) visit({share.begin, 0, share.record, share.sums});
    }
    if (broken) return Error{Errc::storage, "a sum is damaged"};
    return {};
  }
  const usage::CostComponent& price(std::int64_t) const override { return price_; }
  Result<bool> has_rollups() override { return true; }
  Result<ledger::KeptTime> kept_time(ledger::SumSource) override { return kept; }
  const std::vector<std::string>& faults() const override { return lost; }

 private:
  usage::CostComponent price_;
};

}  // namespace tollgate::app
