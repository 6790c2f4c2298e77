// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ingester.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "entry_scanner.hpp"
#include "payload_glance.hpp"
#include "record_codec.hpp"

namespace tollgate::ledger {

std::size_t Ingester::Hash::operator()(const Uuid& id) const noexcept {
  std::size_t out = 0;
  std::memcpy(&out, id.bytes.data() + id.bytes.size() - sizeof(out), sizeof(out));
  return out;
}

/// Puts back what a round that failed has changed, and starts from where the last one ended.
void Ingester::begin_round() {
  for (; !round_.undo.empty(); round_.undo.pop_back()) {
    auto& [id, before] = round_.undo.back();
    if (before) {
      open_[id] = std::move(*before);
    } else {
      open_.erase(id);
    }
  }
  round_.kept.clear();
  round_.pending = true;
  round_.offset = offset_;
  round_.met_damage = met_damage_;
  round_.finished.clear();
  round_.damaged = 0;
}

Result<void> Ingester::stage(RecordStore& store, Intake& intake, UtcTime now) {
  begin_round();
  const auto segments = store_.snapshot();
  for (const auto& segment : segments) {
    const std::size_t before = round_.offset;
    const Result<bool> sealed = read(*segment, store, intake);
    if (!sealed) return sealed.error();
    const bool done = *sealed || segment != segments.back();
    if (round_.offset != before || done) {
      const Result<void> noted =
          store.note_ingested(segment->name(), done ? Segment::kSize : round_.offset, now);
      if (!noted) return noted;
    }
    if (!done) break;
    if (!*sealed) note_damage();  // the worker has gone on: at least its seal cannot be read
    round_.finished.push_back(std::exchange(round_.met_damage, false));
    store_.expect_drops(round_.finished.size());
    round_.offset = 0;
  }
  // The finished segments are about to go: intents in them that are still open must stand
  // elsewhere.
  return !round_.finished.empty() ? keep_open_intents(store) : Result<void>();
}

Result<bool> Ingester::read(const Segment& segment, RecordStore& store, Intake& intake) {
  const std::string_view bytes = segment.bytes();
  EntryScanner scanner(bytes, round_.offset == 0 ? Segment::kHeaderSize : round_.offset);
  for (;;) {
    auto entry = scanner.next();
    if (!entry) {
      // Nothing committed yet, unless the place is marked and its sum does not hold.
      if (!scanner.has_mark()) break;
      entry = scanner.next();  // it may have been committed between the two looks
    }
    if (!entry) {
      entry = scanner.next_over_damage();
      if (!entry) break;  // counted once something whole comes behind it, or at the next start
      note_damage();
    }
    round_.offset = entry->end;
    if (entry->type == EntryType::seal) return true;
    const Result<void> taken = take(entry->type, entry->payload, store, intake);
    if (!taken) return taken.error();
  }
  return false;
}

Result<void> Ingester::take(EntryType type, std::string_view payload, RecordStore& store,
                            Intake& intake) {
  if (type != EntryType::intent) return take_close(payload, store, intake);
  take_intent(payload);
  return {};
}

void Ingester::take_intent(std::string_view payload) {
  const auto id = decode_record_id(payload);
  if (!id) {
    note_damage();
    return;
  }
  const auto [place, fresh] = open_.try_emplace(*id);
  OpenIntent& intent = place->second;
  round_.undo.emplace_back(*id, fresh ? std::nullopt : std::optional(std::move(intent)));
  const bool kept = !fresh && round_.undo.back().second->kept;
  intent = {std::string(payload), kept, kept};
}

Result<void> Ingester::take_close(std::string_view payload, RecordStore& store, Intake& intake) {
  const Result<bool> taken = intake.take(payload);
  if (!taken) return taken.error();
  const auto id = *taken ? decode_record_id(payload) : std::nullopt;
  if (!id) {
    note_damage();
    return {};
  }
  const auto open = open_.find(*id);
  if (open == open_.end()) return {};
  const bool kept = open->second.kept;
  round_.undo.emplace_back(*id, std::move(open->second));
  open_.erase(open);
  return kept ? store.drop_intent(*id) : Result<void>();
}

Result<void> Ingester::keep_open_intents(RecordStore& store) {
  for (const auto& [id, intent] : open_) {
    if (intent.kept && !intent.amended) continue;
    const Result<void> kept = store.keep_intent(id, intent.payload);
    if (!kept) return kept;
    round_.kept.push_back(id);
  }
  return {};
}

Result<void> Ingester::finish_segments(RecordStore& store, UtcTime now) {
  for (const auto& segment : store_.snapshot()) {
    const Result<void> noted = store.note_ingested(segment->name(), Segment::kSize, now);
    if (!noted) return noted;
  }
  return {};
}

void Ingester::note_damage() {
  ++round_.damaged;
  round_.met_damage = true;
}

bool Ingester::has_news() const {
  const auto segments = store_.snapshot();
  if (segments.size() > 1) return true;
  if (segments.empty()) return false;
  EntryScanner scanner(segments.front()->bytes(), offset_ == 0 ? Segment::kHeaderSize : offset_);
  return scanner.has_mark();
}

std::optional<UtcTime> Ingester::first_open() const {
  std::optional<UtcTime> out;
  for (const auto& [id, intent] : open_) {
    const auto glance = glance_at(intent.payload);
    if (!glance) continue;
    const UtcTime began = from_unix_micros(glance->event_time);
    out = out ? std::min(*out, began) : began;
  }
  return out;
}

void Ingester::finish(RecordStore& store, UtcTime now) {
  if (has_news()) return;  // damage: the next start counts it and sets it aside
  if (round_.pending) begin_round();
  Transaction transaction(store.database());
  if (!transaction.begun() || !keep_open_intents(store) || !finish_segments(store, now)) return;
  if (!transaction.commit()) return;
  if (met_damage_) store_.drop_oldest(true);
  store_.drop_all();
}

void Ingester::committed() {
  round_.pending = false;
  round_.undo.clear();
  for (const Uuid& id : round_.kept) {
    OpenIntent& intent = open_[id];
    intent.kept = true;
    intent.amended = false;
  }
  round_.kept.clear();
  for (const bool damaged : round_.finished) store_.drop_oldest(damaged);  // throws nothing
  offset_ = round_.offset;
  met_damage_ = round_.met_damage;
  damaged_ += round_.damaged;
}

}  // namespace tollgate::ledger
