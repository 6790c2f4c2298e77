// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/delivery_desk.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "adjustment_delivery.hpp"
#include "database_file.hpp"
#include "delivery_table.hpp"
#include "record_store.hpp"
#include "schema.hpp"

namespace tollgate::ledger {
namespace {

bool is_meant(const QuarantineChoice& choice, const QuarantinedRecord& one) {
  const bool exporter = choice.exporter.empty() || choice.exporter == one.exporter;
  const auto& ids = choice.ids;
  return exporter && (ids.empty() ||
                      std::find(ids.begin(), ids.end(), one.stored.record.record_id) != ids.end());
}

class SqliteDeliveryDesk : public DeliveryDesk {
 public:
  explicit SqliteDeliveryDesk(RecordStore store) : store_(std::move(store)) {}

  Result<std::vector<ExporterProgress>> exporters() override {
    // A gateway may have gone on since the desk was opened.
    const Result<void> found = store_.find_last_sequence();
    if (!found) return found.error();
    return read_progress(store_);
  }

  Result<std::vector<QuarantinedRecord>> quarantined(const QuarantineChoice& choice) override {
    std::vector<QuarantinedRecord> out;
    Statement rows = store_.database().prepare(
        R"(SELECT exporter, sequence, kind, reason, since, payload FROM exceptions
           ORDER BY exporter, sequence)");
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return out;
      QuarantinedRecord one{rows.text(0),
                            static_cast<ExceptionKind>(rows.number(2)) == ExceptionKind::retry,
                            rows.text(3),
                            from_unix_micros(rows.number(4)),
                            {rows.number(1), read_payload(rows.text(5))}};
      if (is_meant(choice, one)) out.push_back(std::move(one));
    }
  }

  Result<std::vector<QuarantinedAdjustment>> quarantined_adjustments(
      const QuarantineChoice& choice) override {
    return ledger::quarantined_adjustments(store_.database(), choice);
  }

  Result<std::optional<StoredRecord>> find(const Uuid& id) override {
    const auto refused = quarantined({{}, {id}});
    if (!refused) return refused.error();
    if (!refused->empty()) return std::optional(refused->front().stored);
    const auto awaiting = store_.awaiting(1'000'000);
    if (!awaiting) return awaiting.error();
    for (const StoredRecord& one : *awaiting) {
      if (one.record.record_id == id) return std::optional(one);
    }
    auto found = store_.find(id, std::nullopt);
    if (!found || *found || store_.damaged_met() == 0) return found;
    return Error{Errc::storage, "the record " + id.to_string() +
                                    " cannot be read: of those of its time, some are damaged"};
  }

  Result<std::size_t> retry(const QuarantineChoice& choice) override {
    return change(choice, &retry_adjustment, [this](const QuarantinedRecord& one) {
      Statement update = store_.database().prepare(
          "UPDATE exceptions SET kind = ? WHERE exporter = ? AND sequence = ?");
      update.bind(1, static_cast<std::int64_t>(ExceptionKind::retry));
      update.bind(2, std::string_view(one.exporter));
      update.bind(3, one.stored.sequence);
      return update.run();
    });
  }

  Result<std::size_t> release(const QuarantineChoice& choice) override {
    return change(choice, &release_adjustment, [this](const QuarantinedRecord& one) {
      Statement drop =
          store_.database().prepare("DELETE FROM exceptions WHERE exporter = ? AND sequence = ?");
      drop.bind(1, std::string_view(one.exporter));
      drop.bind(2, one.stored.sequence);
      const Result<void> dropped = drop.run();
      if (!dropped) return dropped;
      Statement count = store_.database().prepare(
          "UPDATE cursors SET given_up = given_up + 1 WHERE exporter = ?");
      count.bind(1, std::string_view(one.exporter));
      return count.run();
    });
  }

 private:
  using ChangeAdjustment = Result<void> (*)(Database&, const QuarantinedAdjustment&);

  Result<std::size_t> change(const QuarantineChoice& choice, ChangeAdjustment one_adjustment,
                             const std::function<Result<void>(const QuarantinedRecord&)>& one) {
    Transaction transaction(store_.database());
    if (!transaction.begun()) return transaction.begun().error();
    const auto meant = quarantined(choice);
    if (!meant) return meant.error();
    for (const QuarantinedRecord& record : *meant) {
      const Result<void> changed = one(record);
      if (!changed) return changed.error();
    }
    const auto adjustments = quarantined_adjustments(choice);
    if (!adjustments) return adjustments.error();
    for (const QuarantinedAdjustment& adjustment : *adjustments) {
      const Result<void> changed = one_adjustment(store_.database(), adjustment);
      if (!changed) return changed.error();
    }
    const Result<void> committed = transaction.commit();
    if (!committed) return committed.error();
    return meant->size() + adjustments->size();
  }

  RecordStore store_;
};

}  // namespace

Result<std::unique_ptr<DeliveryDesk>> DeliveryDesk::open(const std::string& path) {
  const Result<Database> database = open_beside(path);
  if (!database) return database.error();
  Result<RecordStore> store = RecordStore::open(path, config::Durability::power_loss);
  if (!store) return store.error();
  return std::unique_ptr<DeliveryDesk>(std::make_unique<SqliteDeliveryDesk>(std::move(*store)));
}

}  // namespace tollgate::ledger
