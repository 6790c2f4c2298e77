// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ingester.hpp"

#include <utility>

#include "entry_scanner.hpp"
#include "record_codec.hpp"

namespace tollgate::ledger {

Ingester::Close::Close(std::string_view bytes) : record(decode_record(bytes)), payload(bytes) {}

Result<void> Ingester::stage(RecordTable& table) {
  closes_.clear();  // of a round that failed
  staged_ = state_;
  staged_.finished = 0;
  staged_.inserted = {};
  staged_.damaged = 0;
  const auto segments = store_.snapshot();
  for (const auto& segment : segments) {
    const Result<bool> sealed = read(*segment, table, staged_);
    if (!sealed) return sealed.error();
    if (!*sealed) {
      if (segment == segments.back()) break;
      ++staged_.damaged;  // the worker has gone on: at least its seal cannot be read
    }
    ++staged_.finished;
    staged_.offset = 0;
  }
  const Result<void> inserted = insert_closes(table, staged_);
  if (!inserted) return inserted;
  // The finished segments are about to go: intents in them that are still open must stand elsewhere.
  return staged_.finished > 0 ? keep_open_intents(table, staged_) : Result<void>();
}

Result<bool> Ingester::read(const Segment& segment, RecordTable& table, Round& round) {
  const std::string_view bytes = segment.bytes();
  EntryScanner scanner(bytes, round.offset == 0 ? Segment::kHeaderSize : round.offset);
  for (;;) {
    auto entry = scanner.next();
    if (!entry) {
      // Nothing committed yet, unless the place is marked and its sum does not hold.
      if (!scanner.has_mark()) break;
      entry = scanner.next_over_damage();
      if (!entry) break;  // counted once something whole comes behind it, or at the next start
      ++round.damaged;
    }
    round.offset = entry->end;
    if (entry->type == EntryType::seal) return true;
    const Result<void> taken = take(entry->type, entry->payload, table, round);
    if (!taken) return taken.error();
  }
  return false;
}

Result<void> Ingester::take(EntryType type, std::string_view payload, RecordTable& table,
                            Round& round) {
  if (type != EntryType::intent) return take_close(payload, table, round);
  take_intent(payload, round);
  return {};
}

void Ingester::take_intent(std::string_view payload, Round& round) {
  const auto id = decode_record_id(payload);
  if (!id) {
    ++round.damaged;
    return;
  }
  OpenIntent& intent = round.open[*id];
  intent.payload = payload;
  intent.amended = intent.kept;
}

Result<void> Ingester::take_close(std::string_view payload, RecordTable& table, Round& round) {
  const auto& record = closes_.emplace_back(payload).record;
  if (!record) {
    closes_.pop_back();
    ++round.damaged;
    return {};
  }
  const auto open = round.open.find(record->record_id);
  if (open != round.open.end()) {
    const bool kept = open->second.kept;
    round.open.erase(open);
    const Result<void> dropped = kept ? table.drop_intent(record->record_id) : Result<void>();
    if (!dropped) return dropped;
  }
  return closes_.size() == RecordTable::kRowsAtOnce ? insert_closes(table, round) : Result<void>();
}

Result<void> Ingester::insert_closes(RecordTable& table, Round& round) {
  std::vector<RecordTable::Row> rows;
  rows.reserve(closes_.size());
  for (const Close& close : closes_) rows.push_back({&*close.record, close.payload});
  const Result<RecordTable::Rows> inserted = table.insert(rows);
  if (!inserted) return inserted.error();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!inserted->test(i)) continue;
    ++(rows[i].record->follow_path.empty() ? round.inserted.queued : round.inserted.awaiting);
  }
  closes_.clear();
  return {};
}

Result<void> Ingester::keep_open_intents(RecordTable& table, Round& round) {
  for (auto& [id, intent] : round.open) {
    if (intent.kept && !intent.amended) continue;
    const auto record = decode_record(intent.payload);
    if (!record) continue;
    const Result<void> kept = table.keep_intent(*record);
    if (!kept) return kept;
    intent.kept = true;
    intent.amended = false;
  }
  return {};
}

bool Ingester::has_news() const {
  const auto segments = store_.snapshot();
  if (segments.size() > 1) return true;
  if (segments.empty()) return false;
  EntryScanner scanner(segments.front()->bytes(),
                       state_.offset == 0 ? Segment::kHeaderSize : state_.offset);
  return scanner.has_mark();
}

void Ingester::finish(RecordTable& table) {
  if (has_news()) return;  // damage: the next start counts it and sets it aside
  Transaction transaction(table.database());
  if (!transaction.begun() || !keep_open_intents(table, state_) || !transaction.commit()) return;
  store_.drop_all();
}

void Ingester::committed() {
  state_ = std::move(staged_);
  for (std::size_t i = 0; i < state_.finished; ++i) store_.drop_oldest();
  inserted_ = state_.inserted;
  damaged_ += state_.damaged;
}

}  // namespace tollgate::ledger
