// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/audit_desk.hpp"

#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "cursor_table.hpp"
#include "damage_table.hpp"
#include "row_json.hpp"
#include "tollgate/storage/database_file.hpp"
#include "trail_database.hpp"
#include "trail_marks.hpp"
#include "trail_schema.hpp"

namespace tollgate::trail {
namespace {

using nlohmann::ordered_json;
using storage::Database;
using storage::Statement;
using storage::Transaction;

JsonText filter_of(const RowFilter& filter, const std::string& sought) {
  ordered_json out = ordered_json::object();
  if (filter.record_id) out["RecordId"] = *filter.record_id;
  if (filter.kind) out["Kind"] = *filter.kind;
  if (filter.client_name) out["ClientName"] = *filter.client_name;
  if (filter.caller_id) out["CallerId"] = *filter.caller_id;
  if (filter.conversation_id) out["ConversationId"] = *filter.conversation_id;
  if (filter.from) out["from"] = to_rfc3339(*filter.from);
  if (filter.until) out["until"] = to_rfc3339(*filter.until);
  if (filter.after != 0) out["after"] = filter.after;
  if (!sought.empty()) out["text"] = sought;
  return {out.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

/// The last sequence of a table; 0: it is empty.
Result<std::int64_t> last_in(Database& database, const std::string& table) {
  Statement last = database.prepare("SELECT COALESCE(MAX(sequence), 0) FROM " + table);
  const Result<bool> row = last.step();
  if (!row) return row.error();
  return last.number(0);
}

JsonText filter_of(const AccessFilter& filter) {
  ordered_json out = ordered_json::object();
  if (filter.reader) out["Reader"] = *filter.reader;
  if (filter.record_id) out["RecordId"] = *filter.record_id;
  if (filter.from) out["from"] = to_rfc3339(*filter.from);
  if (filter.until) out["until"] = to_rfc3339(*filter.until);
  return {out.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

bool is_in_period(const AccessFilter& filter, UtcTime time) {
  return (!filter.from || time >= *filter.from) && (!filter.until || time < *filter.until);
}

bool fits(const AccessFilter& filter, const AccessRow& row) {
  const bool reads_it =
      !filter.record_id ||
      row.record_ids.text.find('"' + *filter.record_id + '"') != std::string::npos ||
      row.filter.text.find('"' + *filter.record_id + '"') != std::string::npos;
  return reads_it && (!filter.reader || row.reader == *filter.reader) &&
         is_in_period(filter, row.event_time);
}

/// What a whole row has at least: who read, and how.
bool take_access(const std::string& text, AccessRow& row) {
  return take_columns(nlohmann::json::parse(text, nullptr, false), row) && !row.command.empty();
}

Result<FoundAccesses> find_accesses(Database& database, const AccessFilter& filter) {
  Statement statement = database.prepare(
      "SELECT sequence, row, event_time FROM accesses WHERE sequence > ? AND sequence <= ? ORDER "
      "BY sequence "
      "LIMIT ?");
  statement.bind(1, filter.after);
  statement.bind(2, filter.up_to);
  statement.bind(3, static_cast<std::int64_t>(filter.limit));
  FoundAccesses out{.up_to = filter.up_to};
  for (;;) {
    const Result<bool> there = statement.step();
    if (!there) return there.error();
    if (!*there) return out;
    out.read_to = statement.number(0);
    AccessRow row;
    if (!take_access(statement.text(1), row)) {
      out.damaged += is_in_period(filter, from_unix_micros(statement.number(2))) ? 1 : 0;
    } else if (fits(filter, row)) {
      out.rows.push_back(std::move(row));
    }
  }
}

std::vector<std::string> record_ids_of(const FoundRows& found) {
  std::vector<std::string> out;
  for (const StoredRow& stored : found.rows) out.push_back(stored.row.record_id);
  return out;
}

/// As many as fit into a column of the destination.
JsonText id_column(const std::vector<std::string>& record_ids) {
  constexpr std::size_t kMost = 500;
  std::set<std::string> ids;
  for (const std::string& id : record_ids) {
    if (ids.size() < kMost && !id.empty()) ids.insert(id);
  }
  return {ordered_json(ids).dump()};
}

/// Cuts the log, so that nothing of what was overwritten stands in it.
Result<void> cut_log(Database& database) {
  Statement cut = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  const Result<bool> row = cut.step();
  if (!row) return row.error();
  if (cut.number(0) == 0) return {};
  return Error{
      Errc::unavailable,
      "a reader keeps the database's log, in which the deleted keys may still stand: erase "
      "again, which finds nothing more to erase, and cuts it"};
}

void bind_all(Statement& statement, const std::vector<std::string>& texts) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    statement.bind(static_cast<int>(i) + 1, texts[i]);
  }
}

Result<std::uint64_t> count(Database& database, const std::string& sql,
                            const std::vector<std::string>& texts) {
  Statement statement = database.prepare(sql);
  bind_all(statement, texts);
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return static_cast<std::uint64_t>(statement.number(0));
}

/// An erasure as its access row says what it is of.
nlohmann::json month_filter(const std::string& client, const std::string& month) {
  return {{"ClientName", client}, {"month", month}};
}
nlohmann::json caller_filter(const std::string& caller) { return {{"CallerId", caller}}; }

JsonText text_of(const nlohmann::json& filter) {
  return {filter.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

/// Where there was nothing to erase: what of it was erased before, and when.
Result<void> find_earlier_erasure(Database& database, const std::string& condition,
                                  const std::vector<std::string>& texts, Erased& out) {
  const std::string gone = " FROM data_keys WHERE " + condition + " AND erased_to IS NOT NULL";
  Statement keys =
      database.prepare("SELECT COUNT(*), MIN(erased_at), MAX(erased_at), COUNT(erased_at)" + gone);
  bind_all(keys, texts);
  const Result<bool> there = keys.step();
  if (!there) return there.error();
  out.keys_before = static_cast<std::uint64_t>(keys.number(0));
  if (out.keys_before == 0) return {};
  if (keys.number(3) == keys.number(0)) out.erased_from = from_unix_micros(keys.number(1));
  if (keys.number(3) > 0) out.erased_at = from_unix_micros(keys.number(2));
  const Result<std::uint64_t> rows = count(
      database, "SELECT COUNT(*) FROM audit_rows WHERE key_id IN (SELECT id" + gone + ")", texts);
  if (!rows) return rows.error();
  out.rows_before = *rows;
  return {};
}

/// Of the keys that the condition names: they are gone, and their rows are counted.
Result<Erased> erase_keys(Database& database, const std::string& condition,
                          const std::vector<std::string>& texts, UtcTime now) {
  const std::string living = condition + " AND wrapped IS NOT NULL";
  const Result<std::uint64_t> rows =
      count(database,
            "SELECT COUNT(*) FROM audit_rows WHERE key_id IN (SELECT id FROM data_keys WHERE " +
                living + ")",
            texts);
  if (!rows) return rows.error();
  // Overwritten first: that zeroes the bytes where they stand. Without, SQLite may move them.
  Statement overwrite = database.prepare(
      "UPDATE data_keys SET wrapped = zeroblob(length(wrapped)), living = 0 WHERE " + living);
  bind_all(overwrite, texts);
  const Result<void> overwritten = overwrite.run();
  if (!overwritten) return overwritten.error();
  const auto keys = static_cast<std::uint64_t>(database.changes());
  const Result<std::string> mark = erasure_mark(database, now);
  if (!mark) return mark.error();
  Statement forget =
      database.prepare("UPDATE data_keys SET wrapped = NULL, " + *mark + " WHERE " + living);
  bind_all(forget, texts);
  const Result<void> forgotten = forget.run();
  if (!forgotten) return forgotten.error();
  return Erased{.keys = keys, .rows = *rows};
}

Result<bool> acknowledge_key_faults(Database& database, DataKeys& keys) {
  const Result<void> inspected = keys.inspect_all();
  if (!inspected) return inspected.error();
  const Result<std::int64_t> known = read_number(database, fact::kKeyFaultsAcknowledged);
  if (!known) return known.error();
  const auto faults = static_cast<std::int64_t>(keys.faults().count());
  if (faults <= *known) return false;
  const Result<void> done = write_number(database, fact::kKeyFaultsAcknowledged, faults);
  if (!done) return done.error();
  return true;
}

}  // namespace

struct AuditDesk::Parts {
  Parts(std::unique_ptr<TrailDatabase> opened, const StoreSettings& settings)
      : trail(std::move(opened)), gateway(settings.gateway), marks(marks_of(settings)) {}

  std::unique_ptr<TrailDatabase> trail;
  std::string gateway;
  TrailMarks marks;

  /// Before a reading gives anything out. Returns what FoundRows::unmarked says.
  Result<std::string> note_reading(const AccessRow& access) {
    const Result<void> noted = trail->note_access(access);
    if (!noted) return noted.error();
    const auto present = present_mark(trail->database());
    if (!present) return present.error();
    return *present ? marks.put_in_any(**present) : Result<std::string>(std::string());
  }

  Result<Erased> erase(const std::string& condition, const std::vector<std::string>& texts,
                       AccessRow access) {
    Transaction transaction(trail->database());
    if (!transaction.begun()) return transaction.begun().error();
    Result<Erased> erased = erase_keys(trail->database(), condition, texts, access.event_time);
    if (!erased) return erased.error();
    const Result<void> looked =
        erased->keys > 0 ? Result<void>()
                         : find_earlier_erasure(trail->database(), condition, texts, *erased);
    if (!looked) return looked.error();
    access.rows = static_cast<std::int64_t>(erased->rows);
    const Result<void> noted = trail->note_access(access);
    if (!noted) return noted.error();
    const Result<void> done = transaction.commit();
    if (!done) return done.error();
    const Result<void> cut = cut_log(trail->database());
    if (!cut) erased->left_in_log = cut.error().message;
    // A backup in the trail's place would have it again. Nothing of this undoes the erasure.
    const auto present = present_mark(trail->database());
    Result<void> marked = present ? Result<void>() : present.error();
    if (present && *present) marked = marks.put(**present);
    if (!marked) erased->unmarked = marked.error().message;
    return erased;
  }

  AccessRow access_of(const Reader& reader, UtcTime now, JsonText filter) const {
    return {.event_time = now,
            .gateway = gateway,
            .reader = reader.name,
            .command = reader.command,
            .filter = std::move(filter),
            .record_ids = {},
            .rows = 0};
  }
};

AuditDesk::AuditDesk(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
AuditDesk::AuditDesk(AuditDesk&&) noexcept = default;
AuditDesk& AuditDesk::operator=(AuditDesk&&) noexcept = default;
AuditDesk::~AuditDesk() = default;

Result<AuditDesk> AuditDesk::open(const StoreSettings& settings, const MasterKeys& masters) {
  if (const auto what = storage::in_way_of_database(settings.path))
    return Error{Errc::storage, "the audit trail cannot be opened: " + *what + ", not a file"};
  if (storage::look_at_database_file(settings.path) != storage::DatabaseFile::there) {
    return Error{Errc::not_found, "there is no audit trail at " + settings.path};
  }
  Result<std::unique_ptr<TrailDatabase>> trail = TrailDatabase::open(settings.path, masters);
  if (!trail) return trail.error();
  return AuditDesk(std::make_unique<Parts>(std::move(*trail), settings));
}

Result<std::int64_t> AuditDesk::last_sequence() {
  const Result<std::int64_t> last = last_in(parts_->trail->database(), "audit_rows");
  if (!last) return with_trail_advice(last.error(), "");
  return last;
}

Result<FoundRows> AuditDesk::read(const RowFilter& filter, const Reader& reader, UtcTime now) {
  return search(filter, "", record_ids_of, reader, now);
}

Result<FoundRows> AuditDesk::search(const RowFilter& filter, const std::string& sought,
                                    const Pick& pick, const Reader& reader, UtcTime now) {
  Result<FoundRows> found = parts_->trail->rows().find(filter);
  if (!found) return with_trail_advice(found.error(), "");
  AccessRow access = parts_->access_of(reader, now, filter_of(filter, sought));
  access.rows = static_cast<std::int64_t>(found->rows.size());
  const std::vector<std::string> given_out = pick(*found);
  if (filter.goes_on && found->read_to == 0 && given_out.empty()) return found;
  access.record_ids = id_column(given_out);
  Result<std::string> noted = parts_->note_reading(access);
  if (!noted) return noted.error();
  found->unmarked = std::move(*noted);
  return found;
}

Result<FoundAccesses> AuditDesk::accesses(AccessFilter filter, const Reader& reader, UtcTime now) {
  if (filter.up_to == 0) {
    const Result<std::int64_t> last = last_in(parts_->trail->database(), "accesses");
    if (!last) return with_trail_advice(last.error(), "");
    filter.up_to = *last;
  }
  Result<FoundAccesses> found = find_accesses(parts_->trail->database(), filter);
  if (!found) return with_trail_advice(found.error(), "");
  if (filter.goes_on && found->read_to == 0) return found;
  AccessRow access = parts_->access_of(reader, now, filter_of(filter));
  access.rows = static_cast<std::int64_t>(found->rows.size());
  Result<std::string> noted = parts_->note_reading(access);
  if (!noted) return noted.error();
  found->unmarked = std::move(*noted);
  for (AccessRow& row : found->rows) row.gateway = parts_->gateway;
  return found;
}

Result<Erased> AuditDesk::erase(const std::string& client, const std::string& month,
                                const Reader& reader, UtcTime now) {
  const JsonText filter = text_of(month_filter(client, month));
  return parts_->erase("client = ?1 AND month = ?2", {client, month},
                       parts_->access_of(reader, now, filter));
}

Result<Erased> AuditDesk::erase_caller(const std::string& caller, const Reader& reader,
                                       UtcTime now) {
  if (caller.empty()) return Error{Errc::invalid_input, "no caller is named"};
  const JsonText filter = text_of(caller_filter(caller));
  return parts_->erase("caller = ?1", {caller}, parts_->access_of(reader, now, filter));
}

Result<std::vector<StreamProgress>> AuditDesk::exporters() {
  return read_progress(parts_->trail->database());
}
Result<std::size_t> AuditDesk::retry(const std::string& exporter) {
  return retry_refused(parts_->trail->database(), exporter);
}
Result<std::size_t> AuditDesk::release(const std::string& exporter) {
  return release_refused(parts_->trail->database(), exporter);
}

Result<bool> AuditDesk::acknowledge_loss() {
  Database& database = parts_->trail->database();
  const Result<std::string> anew = read_fact(database, fact::kBegunAnew);
  if (!anew) return anew.error();
  const Result<bool> damage = acknowledge_damage(database);
  if (!damage) return damage.error();
  const Result<bool> keys = acknowledge_key_faults(database, parts_->trail->keys());
  if (!keys) return keys.error();
  if (*anew != "1") return *damage || *keys;
  const Result<void> done = write_fact(database, fact::kBegunAnew, "0");
  if (!done) return done.error();
  return true;
}

}  // namespace tollgate::trail
