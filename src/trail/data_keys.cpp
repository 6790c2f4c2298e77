// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "data_keys.hpp"

#include <utility>

#include "sealing.hpp"

namespace tollgate::trail {
namespace {

using storage::Statement;

constexpr std::size_t kMostUnwrapped = 4096;

/// What is read of keys, whichever are asked for, and where it stands in the row.
std::string keys_where(std::string_view condition) {
  std::string sql(
      "SELECT id, client, month, caller, master, wrapped, erased_to FROM data_keys WHERE ");
  return sql.append(condition);
}
struct KeyColumn {
  enum Index : int { id, client, month, caller, master, wrapped, erased_to };
};

std::string binding(std::string_view client, std::string_view month, std::string_view caller) {
  return joined({client, month, caller});
}

std::string binding_of(const Statement& row) {
  return binding(row.text(KeyColumn::client), row.text(KeyColumn::month),
                 row.text(KeyColumn::caller));
}

KeyOwner owner_of(const Statement& row) {
  return {row.text(KeyColumn::client), row.text(KeyColumn::month), row.text(KeyColumn::caller)};
}

bool is_erased(const Statement& row) {
  return row.is_null(KeyColumn::wrapped) && !row.is_null(KeyColumn::erased_to);
}

Error missing_master(const std::string& id) {
  return Error{Errc::storage, "the audit trail has content under the master key " + id +
                                  ", which is not configured: put it behind the first one"};
}

}  // namespace

std::string month_of(UtcTime time) {
  constexpr std::size_t kYearAndMonth = 7;
  return to_rfc3339(time).substr(0, kYearAndMonth);
}

Result<void> DataKeys::use(MasterKeys masters) {
  std::swap(masters_, masters);
  Result<void> checked = check_masters();
  if (!checked) {
    std::swap(masters_, masters);
    return checked;
  }
  rewrapped_to_ = 0;
  return checked;
}

Result<void> DataKeys::check_masters() {
  Statement masters =
      database_.prepare("SELECT DISTINCT master FROM data_keys WHERE wrapped IS NOT NULL");
  for (;;) {
    const Result<bool> row = masters.step();
    if (!row) return row.error();
    if (!*row) return {};
    if (masters_.find(masters.text(0)) == nullptr) return missing_master(masters.text(0));
  }
}

Result<DataKey> DataKeys::living(const KeyOwner& owner) {
  const Result<std::optional<LivingKey>> found = find_living(owner);
  if (!found) return found.error();
  if (!*found) return make(owner);
  if ((*found)->key.state == FoundKey::State::usable)
    return DataKey{(*found)->id, (*found)->key.key};
  Statement retire = database_.prepare("UPDATE data_keys SET living = 0 WHERE id = ?");
  retire.bind(1, (*found)->id);
  const Result<void> retired = retire.run();
  if (!retired) return retired.error();
  return make(owner);
}

Result<std::optional<DataKeys::LivingKey>> DataKeys::find_living(const KeyOwner& owner) {
  // Put together once: it is asked for every row.
  static const std::string sql =
      keys_where("client = ? AND month = ? AND caller = ? AND living = 1");
  storage::LentStatement found = database_.kept(sql);
  found->bind_view(1, owner.client);
  found->bind_view(2, owner.month);
  found->bind_view(3, owner.caller);
  const Result<bool> row = found->step();
  if (!row) return row.error();
  if (!*row) return std::optional<LivingKey>();
  Result<FoundKey> key = unwrap(*found);
  if (!key) return key.error();
  return std::optional<LivingKey>({found->number(KeyColumn::id), std::move(*key)});
}

Result<FoundKey> DataKeys::find(std::int64_t id) {
  static const std::string sql = keys_where("id = ?");
  storage::LentStatement found = database_.kept(sql);
  found->bind(1, id);
  const Result<bool> row = found->step();
  if (!row) return row.error();
  const bool has_key = *row && !found->is_null(KeyColumn::wrapped);
  if (!has_key) unwrapped_.erase(id);
  if (!*row) return FoundKey{};
  Result<FoundKey> out = has_key ? unwrap(*found) : FoundKey{};
  if (!out) return out;
  out->owner = owner_of(*found);
  if (!is_erased(*found)) return out;
  out->state = FoundKey::State::erased;
  out->erased_to = found->number(KeyColumn::erased_to);
  return out;
}

Result<DataKey> DataKeys::make(const KeyOwner& owner) {
  Result<std::string> bytes = random_bytes(kKeyBytes);
  if (!bytes) return bytes.error();
  Secret key(std::move(*bytes));
  const Result<std::string> wrapped =
      seal(masters_.first().key, binding(owner.client, owner.month, owner.caller), key.reveal());
  if (!wrapped) return wrapped.error();
  Statement insert = database_.prepare(
      "INSERT INTO data_keys (client, month, caller, master, wrapped) VALUES (?, ?, ?, ?, ?) "
      "RETURNING id");
  insert.bind(1, owner.client);
  insert.bind(2, owner.month);
  insert.bind(3, owner.caller);
  insert.bind(4, masters_.first().id);
  insert.bind_bytes(5, *wrapped);
  const Result<bool> row = insert.step();
  if (!row) return row.error();
  const std::int64_t id = insert.number(0);
  const Result<bool> done = insert.step();
  if (!done) return done.error();
  return DataKey{id, std::move(key)};
}

Result<FoundKey> DataKeys::unwrap(const Statement& row) {
  using enum FoundKey::State;
  const std::int64_t id = row.number(KeyColumn::id);
  if (const auto known = unwrapped_.find(id); known != unwrapped_.end()) {
    return FoundKey{.state = usable, .key = known->second};
  }
  const MasterKey* master = masters_.find(row.text(KeyColumn::master));
  if (master == nullptr) return missing_master(row.text(KeyColumn::master));
  auto bytes = open_sealed(master->key, binding_of(row), row.text(KeyColumn::wrapped));
  if (!bytes) return FoundKey{};
  Secret key(std::move(*bytes));
  if (unwrapped_.size() >= kMostUnwrapped) unwrapped_.clear();
  unwrapped_.insert_or_assign(id, key);
  return FoundKey{.state = usable, .key = std::move(key)};
}

/// Beside unwrap(), which keeps what it unwraps.
Result<bool> DataKeys::is_whole(const Statement& row) const {
  if (is_erased(row)) return true;
  const std::string wrapped = row.text(KeyColumn::wrapped);
  if (wrapped.empty()) return false;
  const MasterKey* master = masters_.find(row.text(KeyColumn::master));
  if (master == nullptr) return missing_master(row.text(KeyColumn::master));
  return open_sealed(master->key, binding_of(row), wrapped).has_value();
}

Result<bool> DataKeys::inspect(std::size_t limit) {
  // First: a gateway may be making more.
  const Result<std::int64_t> last = last_given();
  if (!last) return last.error();
  static const std::string sql = keys_where("id > ? ORDER BY id LIMIT ?");
  storage::LentStatement found = database_.kept(sql);
  found->bind(1, inspected_to_);
  found->bind(2, static_cast<std::int64_t>(limit));
  for (std::size_t seen = 0;; ++seen) {
    const Result<bool> row = found->step();
    if (!row) return row.error();
    if (!*row && seen == limit) return true;
    if (!*row) break;
    const Result<bool> whole = is_whole(*found);
    if (!whole) return whole.error();
    const std::int64_t id = found->number(KeyColumn::id);
    faults_.missing += static_cast<std::uint64_t>(id - inspected_to_ - 1);
    faults_.damaged += *whole ? 0 : 1;
    inspected_to_ = id;
  }
  if (*last > inspected_to_) {
    faults_.missing += static_cast<std::uint64_t>(*last - inspected_to_);
    inspected_to_ = *last;
  }
  return false;
}

Result<void> DataKeys::inspect_all() {
  constexpr std::size_t kAtOnce = 4096;
  for (;;) {
    const Result<bool> more = inspect(kAtOnce);
    if (!more) return more.error();
    if (!*more) return {};
  }
}

/// The last id that was given: SQLite remembers it.
Result<std::int64_t> DataKeys::last_given() {
  storage::LentStatement last =
      database_.kept("SELECT seq FROM sqlite_sequence WHERE name = 'data_keys'");
  const Result<bool> row = last->step();
  if (!row) return row.error();
  return *row ? last->number(0) : 0;
}

std::string KeyFaults::describe() const {
  if (count() == 0) return {};
  const auto keys = [](std::uint64_t number) {
    return std::to_string(number) + (number == 1 ? " data key" : " data keys");
  };
  std::string out = "of the audit trail ";
  if (missing != 0) out += keys(missing) + (missing == 1 ? " is" : " are") + " gone";
  if (missing != 0 && damaged != 0) out += " and ";
  if (damaged != 0) out += keys(damaged) + (damaged == 1 ? " is" : " are") + " damaged";
  return out + ": their content was not erased, and nobody can read it";
}

Result<bool> DataKeys::rewrap(std::size_t limit) {
  const MasterKey& first = masters_.first();
  static const std::string sql =
      keys_where("wrapped IS NOT NULL AND master != ? AND id > ? ORDER BY id LIMIT ?");
  storage::LentStatement old = database_.kept(sql);
  storage::LentStatement update =
      database_.kept("UPDATE data_keys SET master = ?, wrapped = ? WHERE id = ?");
  old->bind(1, first.id);
  old->bind(2, rewrapped_to_);
  old->bind(3, static_cast<std::int64_t>(limit));
  std::size_t seen = 0;
  for (;; ++seen) {
    const Result<bool> row = old->step();
    if (!row) return row.error();
    if (!*row) return seen == limit;
    const Result<FoundKey> key = unwrap(*old);
    if (!key) return key.error();
    rewrapped_to_ = old->number(KeyColumn::id);
    if (key->state != FoundKey::State::usable) continue;
    const Result<std::string> wrapped = seal(first.key, binding_of(*old), key->key.reveal());
    if (!wrapped) return wrapped.error();
    update->bind(1, first.id);
    update->bind_bytes(2, *wrapped);
    update->bind(3, rewrapped_to_);
    const Result<void> done = update->run();
    if (!done) return done.error();
  }
}

void DataKeys::forget() {
  unwrapped_.clear();
  rewrapped_to_ = 0;
}

}  // namespace tollgate::trail
