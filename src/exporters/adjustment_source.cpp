// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/exporters/adjustment_source.hpp"

#include <utility>

namespace tollgate::exporters {
namespace {

constexpr std::string_view kAdjustmentType = "tollgate.cost_adjustment";

Row row_of_adjustment(const ledger::StoredAdjustment& stored) {
  const usage::CostAdjustment& one = stored.adjustment;
  // A record has one of each kind and run.
  std::string id = one.record.record_id.to_string();
  id.append(":").append(usage::to_string(one.kind)).append(":").append(one.run);
  return {stored.sequence, kAdjustmentType, std::move(id), one.made_at, usage::to_json(one)};
}

class AdjustmentSource : public DeliverySource {
 public:
  AdjustmentSource(ledger::AdjustmentBook& book, std::string exporter)
      : book_(book), exporter_(std::move(exporter)) {}

  Result<std::vector<Row>> undelivered(std::size_t limit) override {
    const auto found = book_.undelivered(exporter_, limit);
    if (!found) return found.error();
    std::vector<Row> out;
    out.reserve(found->size());
    for (const ledger::StoredAdjustment& one : *found) out.push_back(row_of_adjustment(one));
    return out;
  }

  Result<void> account(const RowAccounting& accounting, UtcTime now) override {
    ledger::AdjustmentAccounting out{.accepted = accounting.accepted, .refused = {}};
    for (const RefusedRow& row : accounting.refused)
      out.refused.push_back({row.sequence, row.reason});
    return book_.account(exporter_, out, now);
  }

 private:
  ledger::AdjustmentBook& book_;
  std::string exporter_;
};

}  // namespace

std::unique_ptr<DeliverySource> make_adjustment_source(ledger::AdjustmentBook& book,
                                                       std::string exporter) {
  return std::make_unique<AdjustmentSource>(book, std::move(exporter));
}

}  // namespace tollgate::exporters
