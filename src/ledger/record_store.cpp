// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_store.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "payload_glance.hpp"
#include "record_codec.hpp"
#include "schema.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::int64_t kMinute = 60'000'000;

/// The milliseconds in front of a UUIDv7, in microseconds.
std::optional<std::int64_t> time_of(const Uuid& id) {
  constexpr int kVersion = 7;
  if (id.bytes[6] >> 4 != kVersion) return std::nullopt;
  std::int64_t out = 0;
  for (std::size_t i = 0; i < 6; ++i) out = out << 8 | id.bytes[i];
  return out * 1000;
}

}  // namespace

usage::UsageRecord read_payload(std::string_view payload) {
  if (auto record = decode_record(payload)) return std::move(*record);
  return read_damaged(payload);
}

usage::UsageRecord read_damaged(std::string_view payload) {
  usage::UsageRecord out;
  if (const auto glance = glance_at(payload)) {
    out.record_id = glance->record_id;
    out.event_time = from_unix_micros(glance->event_time);
  }
  out.usage_reason = usage::reason::kRecordDamaged;
  return out;
}

RecordStore::RecordStore(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      append_(database_->prepare("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)")),
      note_ingested_(database_->prepare("INSERT OR REPLACE INTO segments VALUES (?, ?, ?)")),
      counter_writer_(counter_writer(*database_)) {}

Result<RecordStore> RecordStore::open(const std::string& path, config::Durability durability) {
  Result<Database> opened = Database::open(path);
  if (!opened) return opened.error();
  auto database = std::make_unique<Database>(std::move(*opened));
  // A segment is deleted once its records are committed. Under power_loss the commit must be on the
  // disk by then (FULL); for a process crash the page cache is enough (NORMAL).
  const bool full = durability == config::Durability::power_loss;
  const Result<void> modes =
      database->execute(std::string("PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = "
                                    "67108864; PRAGMA synchronous = ") +
                        (full ? "FULL;" : "NORMAL;"));
  if (!modes) return modes.error();
  const Result<void> current = bring_up(*database, path);
  if (!current) return current.error();
  RecordStore out(std::move(database));
  const Result<void> found = out.find_last_sequence();
  if (!found) return found.error();
  return out;
}

Result<void> RecordStore::find_last_sequence() {
  last_sequence_ = 0;
  for (const Counter counter : {Counter::forgotten_to, Counter::given_to}) {
    const Result<std::int64_t> known = read_counter(*database_, counter);
    if (!known) return known.error();
    last_sequence_ = std::max(last_sequence_, *known);
  }
  Statement statement = database_->prepare(
      "SELECT first_sequence + records - 1 FROM blocks ORDER BY first_sequence DESC LIMIT 1");
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  if (*row) last_sequence_ = std::max(last_sequence_, statement.number(0));
  // The newest blocks may have been lost to damage: what took their sequences would stand behind no
  // cursor.
  Statement cursors = database_->prepare("SELECT COALESCE(MAX(position), 0) FROM cursors");
  const Result<bool> reached = cursors.step();
  if (!reached) return reached.error();
  last_sequence_ = std::max(last_sequence_, cursors.number(0));
  return {};
}

Result<std::int64_t> RecordStore::first_sequence() {
  const auto oldest = oldest_block();
  if (!oldest) return oldest.error();
  return *oldest ? (*oldest)->first : last_sequence_ + 1;
}

Result<void> RecordStore::append(const BlockBuilder& block, std::int64_t first, UtcTime now) {
  append_.bind(1, first);
  append_.bind(2, static_cast<std::int64_t>(block.count()));
  append_.bind(3, block.first_time());
  append_.bind(4, block.last_time());
  append_.bind(5, to_unix_micros(now));
  append_.bind_bytes_view(6, block.ends());
  append_.bind_bytes_view(7, block.entries());
  return append_.run();
}

Result<void> RecordStore::note_given(std::int64_t sequence) {
  return write_counter(counter_writer_, Counter::given_to, sequence);
}

Result<std::uint64_t> RecordStore::read_behind(std::int64_t sequence, const Visit& visit,
                                               const VisitDamaged& damaged_one) {
  Statement blocks = database_->prepare(
      "SELECT first_sequence, ends, entries FROM blocks WHERE first_sequence >= (SELECT "
      "COALESCE(MAX(first_sequence), 0) FROM blocks WHERE first_sequence <= ?) ORDER BY "
      "first_sequence");
  blocks.bind(1, sequence + 1);
  std::uint64_t damaged = 0;
  for (;;) {
    const Result<bool> row = blocks.step();
    if (!row) return row.error();
    if (!*row) return damaged;
    const std::int64_t first = blocks.number(0);
    const std::string ends = blocks.text(1);
    const std::string entries = blocks.text(2);
    const BlockView block(entries, ends);
    for (std::size_t i = 0; i < block.count(); ++i) {
      const std::int64_t at = first + static_cast<std::int64_t>(i);
      if (at <= sequence) continue;
      const auto payload = block.payload(i);
      if (!payload) {
        ++damaged;
        damaged_one(at);
      } else if (!visit(at, *payload)) {
        return damaged;
      }
    }
  }
}

Result<std::optional<UtcTime>> RecordStore::oldest_behind(std::int64_t sequence) {
  Statement statement = database_->prepare(
      R"(SELECT first_time FROM blocks WHERE first_sequence + records > ?1 AND first_sequence >=
         (SELECT COALESCE(MAX(first_sequence), 0) FROM blocks WHERE first_sequence <= ?1)
         ORDER BY first_sequence LIMIT 1)");
  statement.bind(1, sequence + 1);
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  if (!*row) return std::optional<UtcTime>();
  return std::optional<UtcTime>(from_unix_micros(statement.number(0)));
}

Result<std::optional<StoredRecord>> RecordStore::find(const Uuid& id,
                                                      std::optional<UtcTime> about) {
  using Limits = std::numeric_limits<std::int64_t>;
  std::optional<std::int64_t> time = about ? std::optional(to_unix_micros(*about)) : time_of(id);
  if (!time) return find_within(id, Limits::min(), Limits::max());
  return find_within(id, *time - kMinute, *time + kMinute);
}

Result<std::optional<StoredRecord>> RecordStore::find_within(const Uuid& id, std::int64_t from,
                                                             std::int64_t to) {
  Statement blocks = database_->prepare(
      "SELECT first_sequence, ends, entries FROM blocks WHERE last_time >= ? AND first_time <= ? "
      "ORDER BY last_time");
  blocks.bind(1, from);
  blocks.bind(2, to);
  damaged_met_ = 0;
  for (;;) {
    const Result<bool> row = blocks.step();
    if (!row) return row.error();
    if (!*row) return std::optional<StoredRecord>();
    const std::string ends = blocks.text(1), entries = blocks.text(2);
    const BlockView block(entries, ends);
    for (std::size_t i = 0; i < block.count(); ++i) {
      const auto payload = block.payload(i);
      damaged_met_ += payload ? 0 : 1;
      if (!payload || decode_record_id(*payload) != id) continue;
      return std::optional<StoredRecord>(
          StoredRecord{blocks.number(0) + static_cast<std::int64_t>(i), read_payload(*payload)});
    }
  }
}

Result<void> RecordStore::visit_ids_about(std::vector<UtcTime> times, std::int64_t up_to,
                                          const std::function<void(const Uuid& id)>& visit) {
  std::ranges::sort(times);
  for (std::size_t i = 0; i < times.size();) {
    const std::int64_t from = to_unix_micros(times[i]) - kMinute;
    std::int64_t to = from + 2 * kMinute;
    // Times whose minutes meet are one stretch: no block of it is read twice.
    for (; i < times.size() && to_unix_micros(times[i]) - kMinute <= to; ++i)
      to = to_unix_micros(times[i]) + kMinute;
    const Result<void> visited = visit_ids_within(from, to, up_to, visit);
    if (!visited) return visited;
  }
  return {};
}

Result<void> RecordStore::visit_ids_within(std::int64_t from, std::int64_t to, std::int64_t up_to,
                                           const std::function<void(const Uuid& id)>& visit) {
  Statement blocks = database_->prepare(
      "SELECT ends, entries FROM blocks WHERE last_time >= ? AND first_time <= ? AND "
      "first_sequence <= ?");
  blocks.bind(1, from);
  blocks.bind(2, to);
  blocks.bind(3, up_to);
  for (;;) {
    const Result<bool> row = blocks.step();
    if (!row) return row.error();
    if (!*row) return {};
    const std::string ends = blocks.text(0), entries = blocks.text(1);
    const BlockView block(entries, ends);
    for (std::size_t i = 0; i < block.count(); ++i) {
      const auto payload = block.payload(i);
      const auto id = payload ? decode_record_id(*payload) : std::nullopt;
      if (id) visit(*id);
    }
  }
}

Result<void> RecordStore::let_await(const Uuid& id, std::string_view payload) {
  Statement statement =
      database_->prepare("INSERT INTO awaiting (record_id, payload) VALUES (?, ?)");
  statement.bind(1, std::string_view(id.to_string()));
  statement.bind_bytes(2, payload);
  return statement.run();
}

Result<std::vector<StoredRecord>> RecordStore::awaiting(std::size_t limit, std::int64_t after) {
  std::vector<StoredRecord> out;
  Statement statement =
      database_->prepare("SELECT id, payload FROM awaiting WHERE id > ? ORDER BY id LIMIT ?");
  statement.bind(1, after);
  statement.bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back({statement.number(0), read_payload(statement.text(1))});
  }
}

Result<std::uint64_t> RecordStore::count_awaiting() {
  Statement statement = database_->prepare("SELECT COUNT(*) FROM awaiting");
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return static_cast<std::uint64_t>(statement.number(0));
}

Result<bool> RecordStore::drop_awaiting(std::int64_t id) {
  Statement statement = database_->prepare("DELETE FROM awaiting WHERE id = ?");
  statement.bind(1, id);
  const Result<void> done = statement.run();
  if (!done) return done.error();
  return database_->changes() > 0;
}

Result<bool> RecordStore::awaits(const Uuid& id) {
  Statement statement = database_->prepare("SELECT 1 FROM awaiting WHERE record_id = ?");
  statement.bind(1, std::string_view(id.to_string()));
  return statement.step();
}

Result<void> RecordStore::keep_intent(const Uuid& id, std::string_view payload) {
  Statement statement = database_->prepare("INSERT OR REPLACE INTO intents VALUES (?, ?)");
  statement.bind(1, std::string_view(id.to_string()));
  statement.bind_bytes(2, payload);
  return statement.run();
}

Result<void> RecordStore::drop_intent(const Uuid& id) {
  Statement statement = database_->prepare("DELETE FROM intents WHERE record_id = ?");
  statement.bind(1, std::string_view(id.to_string()));
  return statement.run();
}

Result<std::vector<std::string>> RecordStore::kept_intents() {
  std::vector<std::string> out;
  Statement statement = database_->prepare("SELECT payload FROM intents ORDER BY record_id");
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back(statement.text(0));
  }
}

Result<std::optional<RecordStore::Block>> RecordStore::oldest_block() {
  Statement statement = database_->prepare(
      "SELECT first_sequence, records, arrived_at FROM blocks ORDER BY first_sequence LIMIT 1");
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  if (!*row) return std::optional<Block>();
  const std::int64_t first = statement.number(0);
  return std::optional<Block>(
      Block{first, first + statement.number(1) - 1, from_unix_micros(statement.number(2))});
}

Result<void> RecordStore::delete_block(const Block& block) {
  Result<void> noted = write_counter(counter_writer_, Counter::forgotten_to, block.last);
  if (noted)
    noted = write_counter(counter_writer_, Counter::forgotten_arrived_at,
                          to_unix_micros(block.arrived_at));
  if (!noted) return noted;
  Statement statement = database_->prepare("DELETE FROM blocks WHERE first_sequence = ?");
  statement.bind(1, block.first);
  return statement.run();
}

/// Neighbouring blocks as one.
struct BlockRun {
  std::size_t blocks = 0;
  std::int64_t records = 0;
  std::int64_t first_time = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_time = std::numeric_limits<std::int64_t>::min();
  std::int64_t arrived_at = 0;
  std::string ends;
  std::string entries;

  /// Damaged entries stay in their places as they are.
  void add(const std::string& more_ends, const std::string& more_entries) {
    for (std::size_t i = 0; i + 4 <= more_ends.size(); i += 4) {
      std::uint32_t end = 0;
      std::memcpy(&end, more_ends.data() + i, sizeof(end));
      end += static_cast<std::uint32_t>(entries.size());
      ends.append(reinterpret_cast<const char*>(&end), sizeof(end));
    }
    entries.append(more_entries);
    ++blocks;
  }
};

Result<std::int64_t> RecordStore::merge_small(std::int64_t from) {
  constexpr std::int64_t kSmall = 16 * 1024;
  constexpr std::size_t kGoal = 64 * 1024;
  // The length of what is large is known without reading it.
  Statement rows = database_->prepare(
      "SELECT first_sequence, records, first_time, last_time, arrived_at, length(entries), ends, "
      "entries FROM blocks WHERE first_sequence >= ? ORDER BY first_sequence");
  rows.bind(1, from);
  BlockRun run;
  std::int64_t first = from;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return first;
    const bool next_to_it = run.blocks == 0 || rows.number(0) == first + run.records;
    if (rows.number(5) >= kSmall || !next_to_it) {
      first = rows.number(0) + rows.number(1);
      run = BlockRun();
      continue;
    }
    if (run.blocks == 0) first = rows.number(0);
    run.add(rows.text(6), rows.text(7));
    run.records += rows.number(1);
    run.first_time = std::min(run.first_time, rows.number(2));
    run.last_time = std::max(run.last_time, rows.number(3));
    run.arrived_at = rows.number(4);
    if (run.entries.size() >= kGoal) break;
  }
  rows.reset();
  const std::int64_t behind = first + run.records;
  const Result<void> replaced = replace_run(first, behind, run);
  if (!replaced) return replaced.error();
  return behind;
}

Result<void> RecordStore::replace_run(std::int64_t first, std::int64_t behind,
                                      const BlockRun& run) {
  Statement remove =
      database_->prepare("DELETE FROM blocks WHERE first_sequence >= ? AND first_sequence < ?");
  remove.bind(1, first);
  remove.bind(2, behind);
  const Result<void> removed = remove.run();
  if (!removed) return removed;
  append_.bind(1, first);
  append_.bind(2, run.records);
  append_.bind(3, run.first_time);
  append_.bind(4, run.last_time);
  append_.bind(5, run.arrived_at);
  append_.bind_bytes_view(6, run.ends);
  append_.bind_bytes_view(7, run.entries);
  return append_.run();
}

}  // namespace tollgate::ledger
