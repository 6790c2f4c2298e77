// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ledger_snapshot.hpp"

#include <algorithm>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

#include "block.hpp"
#include "delivery_table.hpp"
#include "payload_glance.hpp"
#include "schema.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t micros(std::optional<UtcTime> since) {
  return since ? to_unix_micros(*since) : std::numeric_limits<std::int64_t>::min();
}

/// Records that have been read and may not be told yet: an earlier one may still come.
class Waiting {
 public:
  explicit Waiting(const LedgerSnapshot::Visit& visit) : visit_(visit) {}

  void add(const LedgerSnapshot::Entry& entry) {
    const auto glance = glance_at(entry.payload);
    const auto known = glance.value_or(PayloadGlance{});
    queue_.push({known.event_time, known.record_id, entry.sequence, std::string(entry.payload)});
  }
  void tell_before(std::int64_t time) {
    for (; !queue_.empty() && (queue_.top().time < time || time == kNever); queue_.pop()) {
      visit_({queue_.top().sequence, queue_.top().payload});
    }
  }

 private:
  struct One {
    std::int64_t time;
    Uuid id;
    std::int64_t sequence;
    std::string payload;
    bool operator>(const One& other) const {
      return std::tie(time, id) > std::tie(other.time, other.id);
    }
  };
  const LedgerSnapshot::Visit& visit_;
  std::priority_queue<One, std::vector<One>, std::greater<>> queue_;
};

}  // namespace

Result<void> LedgerSnapshot::take() {
  Result<void> done = database_.execute("BEGIN");
  if (done) done = read_segments();
  if (done) done = read_positions();
  if (done) done = read_refusals();
  return done;
}

Result<void> LedgerSnapshot::read_segments() {
  const Result<std::int64_t> since =
      read_counter(database_, Counter::tables_may_hold_journal_records_since);
  if (!since) return since.error();
  tables_may_hold_journal_records_ = *since != 0;
  Statement rows = database_.prepare("SELECT name, ingested_to FROM segments");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    ingested_to_[rows.text(0)] = static_cast<std::uint64_t>(rows.number(1));
  }
}

Result<void> LedgerSnapshot::read_positions() {
  Statement row = database_.prepare(
      "SELECT (SELECT MIN(position) FROM cursors WHERE active = 1 AND exporter != ?), "
      "COALESCE((SELECT MIN(first_sequence) FROM blocks), 0)");
  row.bind(1, std::string_view(kTrailCheck));
  const Result<bool> read = row.step();
  if (!read) return read.error();
  if (!row.is_null(0)) delivered_to_ = row.number(0);
  first_kept_ = row.number(1) == 0 ? kNever : row.number(1);
  return {};
}

Result<void> LedgerSnapshot::read_refusals() {
  Statement rows = database_.prepare("SELECT sequence, kind, reason FROM exceptions");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    const bool quarantined =
        static_cast<ExceptionKind>(rows.number(1)) == ExceptionKind::quarantined;
    Refusal& refusal = refusals_[rows.number(0)];
    refusal.quarantined = refusal.quarantined || quarantined;
    if (quarantined) refusal.reason = rows.text(2);
  }
}

RecordState LedgerSnapshot::state_of(std::int64_t sequence, bool awaits) const {
  if (awaits) return RecordState::awaiting;
  const auto refused = refusals_.find(sequence);
  if (refused != refusals_.end()) {
    return refused->second.quarantined ? RecordState::quarantined : RecordState::queued;
  }
  if (!delivered_to_) return RecordState::kept;
  const bool delivered = sequence != 0 && sequence <= *delivered_to_;
  return delivered ? RecordState::delivered : RecordState::queued;
}

const std::string& LedgerSnapshot::reason_of(std::int64_t sequence) const {
  static const std::string none;
  const auto refused = refusals_.find(sequence);
  return sequence == 0 || refused == refusals_.end() ? none : refused->second.reason;
}

void LedgerSnapshot::tell_journals(const Visit& visit) {
  for (const JournalRecord& record : journals_) {
    const auto ingested = ingested_to_.find(record.segment);
    const bool known = ingested != ingested_to_.end();
    if (known && record.end <= ingested->second) continue;
    visit({0, record.payload});
    if (known || !tables_may_hold_journal_records_) continue;
    if (const auto glance = glance_at(record.payload)) told_.insert(glance->record_id);
  }
}

bool LedgerSnapshot::is_told(std::string_view payload) const {
  if (told_.empty()) return false;
  const auto glance = glance_at(payload);
  return glance && told_.contains(glance->record_id);
}

Result<void> LedgerSnapshot::for_each_outside(const Visit& visit) {
  tell_journals(visit);
  Statement rows = database_.prepare(
      R"(SELECT 0, payload FROM awaiting UNION ALL
         SELECT sequence, MIN(payload) FROM exceptions WHERE sequence < ? GROUP BY sequence)");
  rows.bind(1, first_kept_);
  return tell_rows(rows, visit);
}

Result<void> LedgerSnapshot::tell_rows(Statement& rows, const Visit& visit) {
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    const std::string payload = rows.text(1);
    visit({rows.number(0), payload});
  }
}

Result<void> LedgerSnapshot::for_each_behind(std::int64_t sequence, std::optional<UtcTime> since,
                                             const Visit& visit) {
  tell_journals(visit);
  Statement rows = database_.prepare("SELECT 0, payload FROM awaiting");
  const Result<void> told = tell_rows(rows, visit);
  return told ? for_each_in_blocks(
                    since, visit, [] {}, sequence)
              : told;
}

Result<void> LedgerSnapshot::for_each_in_blocks(std::optional<UtcTime> since, const Visit& visit,
                                                const std::function<void()>& block_done,
                                                std::int64_t behind) {
  Statement rows = database_.prepare(
      "SELECT first_sequence, records, first_time, ends, entries FROM blocks WHERE last_time >= ?1 "
      "AND first_sequence >= (SELECT COALESCE(MAX(first_sequence), 0) FROM blocks WHERE "
      "first_sequence <= ?2) ORDER BY first_sequence");
  rows.bind(1, micros(since));
  rows.bind(2, behind + 1);
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    const std::string ends = rows.text(3);
    const std::string entries = rows.text(4);
    const BlockView block(entries, ends);
    for (std::int64_t i = 0; i < rows.number(1); ++i) {
      if (rows.number(0) + i <= behind) continue;
      const auto place = static_cast<std::size_t>(i);
      const auto payload = place < block.count() ? block.payload(place) : std::nullopt;
      if (!payload) {
        damaged_.push_back({rows.number(0) + i, from_unix_micros(rows.number(2))});
      } else if (!is_told(*payload)) {
        visit({rows.number(0) + i, *payload});
      }
    }
    block_done();
  }
}

Result<void> LedgerSnapshot::for_each(std::optional<UtcTime> since, const Visit& visit) {
  const Result<void> outside = for_each_outside(visit);
  return outside ? for_each_in_blocks(since, visit, [] {}) : outside;
}

Result<void> LedgerSnapshot::for_each_by_time(std::optional<UtcTime> since, const Visit& visit) {
  std::vector<std::int64_t> earliest;  // of each block, then: of it and of all behind it
  Statement rows = database_.prepare(
      "SELECT first_time FROM blocks WHERE last_time >= ? ORDER BY first_sequence");
  rows.bind(1, micros(since));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) break;
    earliest.push_back(rows.number(0));
  }
  for (std::size_t i = earliest.size(); i-- > 1;) {
    earliest[i - 1] = std::min(earliest[i - 1], earliest[i]);
  }
  Waiting waiting(visit);
  const auto add = [&](const Entry& entry) { waiting.add(entry); };
  Result<void> done = for_each_outside(add);
  std::size_t next = 1;
  const auto block_done = [&] {
    waiting.tell_before(next < earliest.size() ? earliest[next] : kNever);
    ++next;
  };
  if (done) done = for_each_in_blocks(since, add, block_done);
  if (done) waiting.tell_before(kNever);
  return done;
}

}  // namespace tollgate::ledger
