// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// What the record store knows of journal segments: how far each was read, and which losses were
// told.
#include <utility>

#include "record_store.hpp"
#include "segment.hpp"

namespace tollgate::ledger {

Result<std::uint64_t> RecordStore::ingested_to(const std::string& segment) {
  Statement statement = database_->prepare("SELECT ingested_to FROM segments WHERE name = ?");
  statement.bind(1, std::string_view(segment));
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return *row ? static_cast<std::uint64_t>(statement.number(0)) : std::uint64_t{0};
}

Result<void> RecordStore::note_ingested(const std::string& segment, std::uint64_t offset,
                                        UtcTime now) {
  note_ingested_.bind_view(1, segment);
  note_ingested_.bind(2, static_cast<std::int64_t>(offset));
  note_ingested_.bind(3, to_unix_micros(now));
  return note_ingested_.run();
}

Result<void> RecordStore::finish_segments() {
  Statement statement = database_->prepare("UPDATE segments SET ingested_to = ?");
  statement.bind(1, static_cast<std::int64_t>(Segment::kSize));
  return statement.run();
}

Result<void> RecordStore::note_told(const std::string& segment) {
  Statement statement = database_->prepare("INSERT OR IGNORE INTO told_losses VALUES (?)");
  statement.bind(1, std::string_view(segment));
  return statement.run();
}

Result<void> RecordStore::forget_segments(
    UtcTime done_before, UtcTime lost_before,
    const std::function<bool(const std::string& segment)>& is_gone) {
  std::vector<std::string> gone;
  Statement old =
      database_->prepare("SELECT name FROM segments WHERE changed_at < IIF(ingested_to < ?, ?, ?)");
  old.bind(1, static_cast<std::int64_t>(Segment::kSize));
  old.bind(2, to_unix_micros(lost_before));
  old.bind(3, to_unix_micros(done_before));
  for (;;) {
    const Result<bool> row = old.step();
    if (!row) return row.error();
    if (!*row) break;
    if (std::string name = old.text(0); is_gone(name)) gone.push_back(std::move(name));
  }
  Statement forget = database_->prepare("DELETE FROM segments WHERE name = ?");
  for (const std::string& name : gone) {
    forget.bind(1, std::string_view(name));
    const Result<void> done = forget.run();
    if (!done) return done;
  }
  if (gone.empty()) return {};
  return database_->execute(
      "DELETE FROM told_losses WHERE segment NOT IN (SELECT name FROM segments)");
}

}  // namespace tollgate::ledger
