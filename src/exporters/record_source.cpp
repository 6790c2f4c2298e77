// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <chrono>
#include <map>
#include <utility>

#include "tollgate/exporters/delivery_source.hpp"

namespace tollgate::exporters {
namespace {

constexpr std::string_view kRecordType = "tollgate.usage";

UtcTime ended_at(const usage::UsageRecord& record) {
  return record.event_time + milliseconds(record.duration_ms);
}

/// Keeps the records that it gave last: those that are refused are written apart, whole.
class RecordSource : public DeliverySource {
 public:
  RecordSource(ledger::Ledger& ledger, std::string exporter, milliseconds least_age)
      : ledger_(ledger), exporter_(std::move(exporter)), least_age_(least_age) {}

  Result<std::vector<Row>> undelivered(std::size_t limit) override {
    Result<std::vector<ledger::StoredRecord>> records = ledger_.undelivered(exporter_, limit);
    if (!records) return records.error();
    std::vector<Row> out;
    out.reserve(records->size());
    given_.clear();
    const UtcTime newest = std::chrono::system_clock::now() - least_age_;
    for (ledger::StoredRecord& one : *records) {
      // In their order: those behind one that is too young wait for it.
      if (least_age_.count() > 0 && ended_at(one.record) > newest) break;
      out.push_back(row_of(one));
      given_.emplace_hint(given_.end(), one.sequence, std::move(one.record));
    }
    return out;
  }

  Result<void> account(const RowAccounting& accounting, UtcTime now) override {
    ledger::Accounting out;
    out.accepted = accounting.accepted;
    for (const RefusedRow& row : accounting.refused)
      out.refused.push_back({row.sequence, row.reason, given_.at(row.sequence)});
    return ledger_.account(exporter_, out, now);
  }

  Result<void> note_trouble(const std::string& why, UtcTime now) override {
    return ledger_.note_trouble(exporter_, why, now);
  }

 private:
  ledger::Ledger& ledger_;
  std::string exporter_;
  milliseconds least_age_;
  std::map<std::int64_t, usage::UsageRecord> given_;
};

}  // namespace

Row row_of(const ledger::StoredRecord& stored) {
  return {stored.sequence, kRecordType, stored.record.record_id.to_string(),
          stored.record.event_time, usage::to_json(stored.record)};
}

std::unique_ptr<DeliverySource> make_record_source(ledger::Ledger& ledger, std::string exporter,
                                                   milliseconds least_age) {
  return std::make_unique<RecordSource>(ledger, std::move(exporter), least_age);
}

}  // namespace tollgate::exporters
