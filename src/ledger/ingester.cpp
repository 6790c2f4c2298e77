// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ingester.hpp"

#include <utility>

#include "entry_scanner.hpp"
#include "record_codec.hpp"

namespace tollgate::ledger {

Result<void> Ingester::stage(RecordTable& table) {
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
  if (type == EntryType::intent) {
    if (const auto id = decode_record_id(payload)) {
      OpenIntent& intent = round.open[*id];
      intent.payload = payload;
      intent.amended = intent.kept;
    } else {
      ++round.damaged;
    }
    return {};
  }
  const auto record = decode_record(payload);
  if (!record) {
    ++round.damaged;
    return {};
  }
  const Result<bool> inserted = table.insert(*record, payload);
  if (!inserted) return inserted.error();
  if (*inserted) ++(record->follow_path.empty() ? round.inserted.queued : round.inserted.awaiting);
  const auto open = round.open.find(record->record_id);
  if (open == round.open.end()) return {};
  const bool kept = open->second.kept;
  round.open.erase(open);
  return kept ? table.drop_intent(record->record_id) : Result<void>();
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
