// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <optional>
#include <utility>

#include "adjustment_table.hpp"
#include "block.hpp"
#include "database_file.hpp"
#include "payload_glance.hpp"
#include "record_store.hpp"
#include "tollgate/ledger/adjustments.hpp"

namespace tollgate::ledger {
namespace {

class SqliteHourReader : public HourReader {
 public:
  explicit SqliteHourReader(Database database) : database_(std::move(database)) {}

  Result<void> at_once(const std::function<Result<void>()>& reading) override {
    const Result<void> begun = database_.execute("BEGIN");
    if (!begun) return begun;
    Result<void> done = reading();
    const Result<void> ended = database_.execute("COMMIT");
    return done ? ended : done;
  }

  Result<void> for_each(UtcTime from, UtcTime until, const Visit& visit) override {
    from_ = to_unix_micros(from);
    until_ = to_unix_micros(until);
    Statement rows = database_.prepare(
        "SELECT ends, entries FROM blocks WHERE last_time >= ? AND first_time < ? ORDER BY "
        "first_sequence");
    rows.bind(1, from_);
    rows.bind(2, until_);
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) return {};
      const std::string ends = rows.text(0);
      const std::string entries = rows.text(1);
      tell(BlockView(entries, ends), visit);
    }
  }

  Result<std::optional<StoredAdjustment>> adjustment_of(const Uuid& record) override {
    const Result<bool> any = may_be_adjusted();
    if (!any) return any.error();
    return *any ? newest_adjustment(database_, record) : std::optional<StoredAdjustment>();
  }

  Result<std::optional<UtcTime>> closed_to(const std::string& backend,
                                           const std::string& deployment) override {
    const Result<bool> any = may_be_adjusted();
    if (!any) return any.error();
    if (!*any) return std::optional<UtcTime>();
    return ledger::closed_to(database_, backend, deployment);
  }

 private:
  /// Looked up once.
  Result<bool> may_be_adjusted() {
    if (adjusted_) return *adjusted_;
    const Result<bool> found = has_adjustments(database_);
    if (found) adjusted_ = *found;
    return found;
  }

  void tell(const BlockView& block, const Visit& visit) const {
    for (std::size_t i = 0; i < block.count(); ++i) {
      const auto payload = block.payload(i);
      const auto glance = payload ? glance_at(*payload) : std::nullopt;
      if (!glance || glance->event_time < from_ || glance->event_time >= until_) continue;
      visit(read_payload(*payload));
    }
  }

  Database database_;
  std::optional<bool> adjusted_;  ///< whether there may be adjustments
  std::int64_t from_ = 0;
  std::int64_t until_ = 0;
};

}  // namespace

Result<std::unique_ptr<HourReader>> HourReader::open(const std::string& path) {
  Result<Database> database = open_beside(path);
  if (!database) return database.error();
  return std::unique_ptr<HourReader>(std::make_unique<SqliteHourReader>(std::move(*database)));
}

}  // namespace tollgate::ledger
