// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/fake_reader.hpp"

namespace tollgate::app {

/// A ledger that knows shares alone.
class SharesReader : public reports::FakeReader {
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
  Result<ledger::KeptTime> kept_time(ledger::SumSource) override { return kept; }
  const std::vector<std::string>& faults() const override { return lost; }
};

}  // namespace tollgate::app
