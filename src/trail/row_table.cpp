// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_table.hpp"

#include <algorithm>
#include <utility>

#include "cursor_table.hpp"
#include "row_json.hpp"
#include "row_text.hpp"
#include "sealing.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/trail/row_digest.hpp"

namespace tollgate::trail {
namespace {

using nlohmann::json;
using storage::Statement;

constexpr std::size_t kSaltBytes = 32;
/// Of content in one reading, about; the rest comes with the next.
constexpr std::size_t kMostBytes = 16 * 1024 * 1024;
constexpr const char* kColumns = "SELECT sequence, leaf, open, key_id, sealed FROM audit_rows";

std::string identity_of(const AuditRow& row) {
  return joined({row.record_id, row.kind, row.form, std::to_string(row.part.value_or(0))});
}

std::string as_text(const Sha256& hash) { return std::string(hash.begin(), hash.end()); }

/// `WHERE` and what it asks for, one condition after the other.
class Conditions {
 public:
  void add(const char* condition, std::optional<std::string> text) {
    if (!text) return;
    sql_ += std::string(" AND ") + condition;
    texts_.push_back(std::move(*text));
  }
  /// Either of two; `condition` takes both.
  void add(const char* condition, std::optional<std::string> one,
           const std::optional<std::string>& other) {
    if (!one) return;
    std::string second = other.value_or(*one);
    add(condition, std::move(one));
    texts_.push_back(std::move(second));
  }
  void add(const char* condition, std::optional<UtcTime> time) {
    if (time) sql_ += condition + std::to_string(to_unix_micros(*time));
  }

  Statement statement(storage::Database& database, const RowFilter& filter) const {
    Statement out = database.prepare(std::string(kColumns) + " WHERE sequence > ?" + sql_ +
                                     " ORDER BY sequence LIMIT " + std::to_string(filter.limit));
    out.bind(1, filter.after);
    int index = 1;
    for (const std::string& text : texts_) out.bind(++index, text);
    return out;
  }

 private:
  std::string sql_;
  std::vector<std::string> texts_;
};

/// A condition that an index answers: the indexes leave empty values out, and SQLite must see that.
constexpr const char* kCaller = "caller = ? AND caller != ''";
constexpr const char* kConversation = "conversation IN (?, ?) AND conversation != ''";

/// Everything of the row but what is sealed; false when it differs from its leaf.
bool read_open_columns(const Statement& from, AuditRow& row) {
  const json open = json::parse(from.text(2), nullptr, false);
  if (!take_columns(open, row)) return false;
  row.sequence = from.number(0);
  const Sha256 leaf = leaf_at(*row.sequence, digest_of(row));
  row.leaf_hash = to_hex(leaf);
  return from.text(1) == as_text(leaf);
}

}  // namespace

Result<void> RowTable::find_key(const AuditRow& row, KeyOfRow& last) {
  if (last.sealer && last.time == row.event_time && last.owner.client == row.client_name &&
      last.owner.caller == row.caller_id)
    return {};
  KeyOwner owner{row.client_name, month_of(row.event_time), row.caller_id};
  last.time = row.event_time;
  if (last.sealer && last.owner == owner) return {};
  const Result<DataKey> key = keys_.living(owner);
  if (!key) return key.error();
  last = {std::move(owner), row.event_time, key->id, Sealer(key->key)};
  return {};
}

Sha256 RowTable::commitment_of_tidy(const AuditRow& row, std::string_view salt) {
  text_.clear();
  text_.add(salt);
  add_committed(text_, row);
  return sha256(text_.text());
}

Sha256 RowTable::digest_of_tidy(const AuditRow& row) {
  text_.clear();
  add_tidy_columns(text_, row, Cover::open);
  return sha256(text_.text());
}

std::string_view RowTable::sealed_text(const AuditRow& row) {
  text_.clear();
  add_columns(text_, row, Cover::sealed, row.salt);
  return text_.text();
}

std::string_view RowTable::open_text(const AuditRow& row) {
  text_.clear();
  add_columns(text_, row, Cover::open);
  return text_.text();
}

Result<void> RowTable::append(AuditRow& row, KeyOfRow& last) {
  const Result<std::string> random = random_.take(kSaltBytes + kNonceBytes);
  if (!random) return random.error();
  const std::string_view salt = std::string_view(*random).substr(0, kSaltBytes);
  tidy_text(row);
  row.salt = tollgate::to_hex(salt);
  row.commitment = to_hex(commitment_of_tidy(row, salt));
  const Sha256 leaf = leaf_at(*row.sequence, digest_of_tidy(row));
  row.leaf_hash = to_hex(leaf);

  const Result<void> found = find_key(row, last);
  if (!found) return found;
  const Result<std::string> sealed = last.sealer->seal(std::string_view(*random).substr(kSaltBytes),
                                                       identity_of(row), sealed_text(row));
  if (!sealed) return sealed.error();

  const std::string leaf_bytes = as_text(leaf);
  const std::string_view open_columns = open_text(row);
  storage::LentStatement insert =
      database_.kept("INSERT INTO audit_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert->bind(1, *row.sequence);
  insert->bind_view(2, row.record_id);
  insert->bind_view(3, row.kind);
  insert->bind(4, to_unix_micros(row.event_time));
  insert->bind_view(5, row.client_name);
  insert->bind_view(6, row.caller_id);
  insert->bind_view(7, row.conversation_id);
  insert->bind(8, last.id);
  insert->bind_bytes_view(9, leaf_bytes);
  insert->bind_bytes_view(10, open_columns);
  insert->bind_bytes_view(11, *sealed);
  return insert->run();
}

Result<FoundRows> RowTable::find(const RowFilter& filter) {
  Conditions conditions;
  conditions.add("record_id = ?", filter.record_id);
  conditions.add("kind = ?", filter.kind);
  conditions.add("client = ?", filter.client_name);
  conditions.add(kCaller, filter.caller_id);
  conditions.add(kConversation, filter.conversation_id, filter.conversation_as_written);
  conditions.add(" AND event_time >= ", filter.from);
  conditions.add(" AND event_time < ", filter.until);
  Statement statement = conditions.statement(database_, filter);
  return read(statement);
}

Result<FoundRows> RowTable::to_retry(Stream stream, const std::string& exporter,
                                     std::size_t limit) {
  Statement statement = database_.prepare(
      std::string(kColumns) +
      " WHERE sequence IN (SELECT sequence FROM exceptions WHERE exporter = ? AND stream = ? AND "
      "retrying = 1) ORDER BY sequence LIMIT ?");
  statement.bind(1, exporter);
  statement.bind(2, static_cast<std::int64_t>(stream));
  statement.bind(3, static_cast<std::int64_t>(limit));
  return read(statement);
}

Result<bool> RowTable::has(const std::string& record_id, const std::string& kind) {
  storage::LentStatement statement = database_.kept(
      "SELECT 1 FROM audit_rows WHERE record_id = ?1 AND kind = ?2 UNION ALL SELECT 1 "
      "FROM deleted_sides WHERE record_id = ?1 AND kind = ?2 LIMIT 1");
  statement->bind_view(1, record_id);
  statement->bind_view(2, kind);
  return statement->step();
}

Result<std::vector<Sha256>> RowTable::leaves(std::int64_t after, std::size_t limit) {
  Statement statement = database_.prepare(
      "SELECT sequence, leaf FROM audit_rows WHERE sequence > ? ORDER BY sequence LIMIT ?");
  statement.bind(1, after);
  statement.bind(2, static_cast<std::int64_t>(limit));
  std::vector<Sha256> out;
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    const std::string leaf = statement.text(1);
    const std::int64_t expected = after + static_cast<std::int64_t>(out.size()) + 1;
    if (statement.number(0) != expected || leaf.size() != Sha256{}.size()) {
      return Error{Errc::storage,
                   "row " + std::to_string(expected) + " of the audit trail is lost"};
    }
    std::ranges::copy(leaf, out.emplace_back().begin());
  }
}

Result<std::optional<Sha256>> whole_leaf_at(storage::Database& database, std::int64_t sequence) {
  storage::LentStatement statement =
      database.kept("SELECT sequence, leaf, open FROM audit_rows WHERE sequence = ?");
  statement->bind(1, sequence);
  const Result<bool> there = statement->step();
  if (!there) return there.error();
  AuditRow row;
  if (!*there || !read_open_columns(*statement, row)) return std::optional<Sha256>();
  return std::optional(leaf_at(sequence, digest_of(row)));
}

Result<FoundRows> RowTable::read(Statement& statement) {
  FoundRows out;
  for (std::size_t bytes = 0; bytes < kMostBytes;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.read_to = statement.number(0);
    bytes += statement.text(4).size();
    StoredRow stored;
    if (!read_open_columns(statement, stored.row)) {
      out.damaged.push_back(out.read_to);
      continue;
    }
    const Result<void> opened = open_sealed_columns(statement.number(3), statement.text(4), stored);
    if (!opened) return opened.error();
    if (stored.content == ContentState::damaged) stored.row.content_missing = missing::kDamaged;
    out.rows.push_back(std::move(stored));
  }
  return out;
}

Result<void> RowTable::open_sealed_columns(std::int64_t key_id, const std::string& sealed,
                                           StoredRow& out) {
  const Result<FoundKey> key = keys_.find(key_id);
  if (!key) return key.error();
  // Another key than its own says nothing of this row, and a later row was never under this one.
  const AuditRow& row = out.row;
  const bool is_its_own =
      key->owner == KeyOwner{row.client_name, month_of(row.event_time), row.caller_id};
  const bool erased = is_its_own && key->state == FoundKey::State::erased &&
                      row.sequence.value_or(0) <= key->erased_to;
  out.content = erased ? ContentState::erased : ContentState::damaged;
  if (!is_its_own || key->state != FoundKey::State::usable) return {};
  const auto text = open_sealed(key->key, identity_of(out.row), sealed);
  if (!text) return {};
  AuditRow whole = out.row;
  if (!take_columns(json::parse(*text, nullptr, false), whole)) return {};
  if (!commitment_fits(whole)) return {};
  out.row = std::move(whole);
  out.content = ContentState::whole;
  return {};
}

}  // namespace tollgate::trail
