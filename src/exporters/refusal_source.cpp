// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/exporters/refusal_source.hpp"

#include <chrono>
#include <utility>

namespace tollgate::exporters {
namespace {

constexpr std::string_view kRefusalType = "tollgate.refusal";

class RefusalSource : public DeliverySource {
 public:
  RefusalSource(ledger::QuotaBook& book, std::string exporter)
      : book_(book), exporter_(std::move(exporter)) {}

  Result<std::vector<Row>> undelivered(std::size_t limit) override {
    const auto found =
        book_.undelivered_refusals(exporter_, limit, std::chrono::system_clock::now());
    if (!found) return found.error();
    std::vector<Row> out;
    out.reserve(found->size());
    for (const ledger::StoredRefusals& one : *found) {
      out.push_back({one.sequence, kRefusalType, one.row.row_id.to_string(), one.row.minute,
                     usage::to_json(one.row)});
    }
    return out;
  }

  Result<void> account(const RowAccounting& accounting, UtcTime) override {
    ledger::RefusalAccounting out{.accepted = accounting.accepted, .refused = {}};
    for (const RefusedRow& row : accounting.refused) out.refused.push_back(row.sequence);
    return book_.account_refusals(exporter_, out);
  }

 private:
  ledger::QuotaBook& book_;
  std::string exporter_;
};

}  // namespace

std::unique_ptr<DeliverySource> make_refusal_source(ledger::QuotaBook& book, std::string exporter) {
  return std::make_unique<RefusalSource>(book, std::move(exporter));
}

}  // namespace tollgate::exporters
