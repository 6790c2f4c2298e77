// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tollgate/ledger/ledger.hpp"

namespace tollgate::exporters {

/// A Ledger in memory: what an exporter sees of one.
class FakeLedger : public ledger::Ledger {
 public:
  void add(int count) {
    for (int i = 0; i < count; ++i) {
      usage::UsageRecord record;
      record.record_id = make_uuid_v7(UtcTime(seconds(last_)));
      add(std::move(record));
    }
  }
  void add(usage::UsageRecord record) {
    ++last_;
    queue_.emplace(last_, ledger::StoredRecord{last_, std::move(record)});
  }

  /// What the record with this sequence is known by upstream.
  static std::string id_of(const ledger::StoredRecord& stored) {
    return stored.record.record_id.to_string();
  }
  const std::map<std::int64_t, ledger::StoredRecord>& queue() const { return queue_; }

  Result<void> serve_exporters(std::span<const ledger::ExporterTerms>) override { return {}; }
  Result<std::vector<ledger::StoredRecord>> undelivered(const std::string&,
                                                        std::size_t limit) override {
    if (before_read) before_read();
    if (failing_reads > 0) {
      --failing_reads;
      return Error{Errc::storage, "disk I/O error"};
    }
    std::vector<ledger::StoredRecord> out;
    for (const auto& [sequence, stored] : queue_) {
      if (out.size() == limit) break;
      out.push_back(stored);
    }
    return out;
  }
  /// As the ledger does: everything up to the last that is named is over. `skipped` are those that
  /// were not named.
  Result<void> account(const std::string&, const ledger::Accounting& accounting, UtcTime) override {
    if (failing_accounts > 0) {
      --failing_accounts;
      return Error{Errc::storage, "disk full"};
    }
    std::int64_t reached = 0;
    for (const std::int64_t sequence : accounting.accepted) {
      queue_.erase(sequence);
      reached = std::max(reached, sequence);
    }
    for (const ledger::Refused& refused : accounting.refused) {
      queue_.erase(refused.sequence);
      quarantined[refused.sequence] = refused.reason;
      reached = std::max(reached, refused.sequence);
    }
    while (!queue_.empty() && queue_.begin()->first <= reached) {
      skipped.push_back(queue_.begin()->first);
      queue_.erase(queue_.begin());
    }
    return {};
  }
  Result<void> note_trouble(const std::string&, const std::string& why, UtcTime) override {
    troubles.push_back(why);
    return {};
  }
  ledger::AdjustmentBook& adjustments() override {
    throw std::logic_error("an exporter of records asks for no adjustments");
  }
  ledger::QuotaBook& quotas() override {
    throw std::logic_error("an exporter of records asks for no refusals");
  }
  void change_limits(const config::Ledger&) override {}
  ledger::Journal& journal(unsigned) override {
    throw std::logic_error("an exporter has no journal");
  }
  Result<std::vector<ledger::StoredRecord>> awaiting(std::size_t, std::int64_t) override {
    return std::vector<ledger::StoredRecord>();
  }
  Result<void> settle(const ledger::StoredRecord&) override { return {}; }
  Result<std::vector<ledger::StoredObject>> find_objects(std::span<const std::string>) override {
    return std::vector<ledger::StoredObject>();
  }
  Result<void> flush() override { return {}; }
  ledger::LedgerStats stats() const override { return {}; }

  int failing_accounts = 0;
  int failing_reads = 0;
  std::function<void()> before_read;
  std::map<std::int64_t, std::string> quarantined;
  std::vector<std::int64_t> skipped;
  std::vector<std::string> troubles;  ///< as they were noted

 private:
  std::map<std::int64_t, ledger::StoredRecord> queue_;
  std::int64_t last_ = 0;
};

}  // namespace tollgate::exporters
