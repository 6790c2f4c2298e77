// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::reports {

/// A ledger that only knows prices.
class FakeReader : public ledger::LedgerReader {
 public:
  std::map<std::int64_t, usage::CostComponent> prices;

  Result<void> for_each(const ledger::Period&,
                        const std::function<void(const ledger::StoredRecord&, ledger::RecordState,
                                                 const std::string&)>&) override {
    return {};
  }
  Result<void> for_each_share(const ledger::ShareQuery&, const ledger::ShareVisit&) override {
    return {};
  }
  const usage::CostComponent& price(std::int64_t number) const override {
    return prices.at(number);
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
  Result<bool> has_rollups() override { return true; }
  Result<ledger::KeptTime> kept_time(ledger::SumSource) override { return ledger::KeptTime(); }
  const std::vector<std::string>& faults() const override { return faults_; }

 private:
  std::vector<std::string> faults_;
};

}  // namespace tollgate::reports
