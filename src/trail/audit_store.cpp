// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/audit_store.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cursor_table.hpp"
#include "damage_table.hpp"
#include "retention.hpp"
#include "row_json.hpp"
#include "row_order.hpp"
#include "tollgate/base/sync_directory.hpp"
#include "tollgate/storage/database_file.hpp"
#include "tollgate/storage/file_identity.hpp"
#include "tollgate/storage/lock_file.hpp"
#include "tollgate/trail/audit_desk.hpp"
#include "trail_database.hpp"
#include "trail_marks.hpp"
#include "trail_schema.hpp"

namespace tollgate::trail {
namespace {

using storage::LockFile;
using storage::Statement;
using storage::Transaction;

/// A row on the disk is larger than its columns' bytes by its keys, hashes, tag and index entries.
constexpr std::uint64_t kRowOverhead = 1024;
/// Data keys, about a millisecond for each few hundred.
constexpr std::size_t kInspectAtOnce = 2048;

std::uint64_t room_for(std::span<const AuditRow> rows) {
  std::uint64_t out = 0;
  for (const AuditRow& row : rows) out += row.content.size() + kRowOverhead;
  return out;
}

Error emptied_trail(const std::string& path) {
  return Error{Errc::storage,
               path + " was emptied: put a copy in its place, or delete it and begin a new trail"};
}

/// Those above the database that are missing, as the ledger's are made.
Result<void> make_folder(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) return {};
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return Error{Errc::storage, "the audit trail " + path + ": cannot create " + folder.string() +
                                  ": " + error.message()};
}

/// True: there was none, and one was made.
Result<bool> find_trail(const std::string& path) {
  switch (storage::look_at_database_file(path)) {
    case storage::DatabaseFile::there:
      return false;
    case storage::DatabaseFile::emptied:
      return emptied_trail(path);
    case storage::DatabaseFile::none:
      break;
  }
  const Result<void> made = storage::make_database_file(path, TrailDatabase::make);
  if (!made) return made.error();
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Result<void> synced = sync_directory(folder.empty() ? "." : folder);
  if (!synced) return synced.error();
  return true;
}

std::string begun_anew(const std::string& path) {
  return "the audit trail's database " + path +
         " was gone at a start, and a new trail was begun: what no exporter had got of the one "
         "before is lost";
}

void add_problem(std::string& problems, const std::string& more) {
  if (more.empty()) return;
  problems.append(problems.empty() ? "" : "; ").append(more);
}

}  // namespace

struct AuditStore::Parts {
  Parts(StoreSettings given, LockFile held, std::unique_ptr<TrailDatabase> opened)
      : settings(std::move(given)),
        lock(std::move(held)),
        trail(std::move(opened)),
        order(trail->database(), trail->rows(), settings.gateway),
        marks(marks_of(settings)) {
    identity.watch(settings.path);
  }

  /// One transaction; what it changed in memory is taken back with it.
  template <class Work>
  Result<void> transact(const Work& work) {
    Transaction transaction(trail->database());
    if (!transaction.begun()) return transaction.begun();
    Result<void> done = work();
    if (done) done = transaction.commit();
    if (!done) trail->keys().forget();
    return done;
  }
  template <class Work>
  Result<void> change_order(const Work& work) {
    const std::string fault = identity.fault();
    if (!fault.empty()) return Error{Errc::storage, "the audit trail: " + fault};
    // What a transaction that failed had changed in memory: a row's place must not be passed over.
    if (order_is_stale) {
      const Result<void> loaded = order.load();
      if (!loaded) return with_trail_advice(loaded.error(), settings.path);
      order_is_stale = false;
    }
    const Result<void> done = transact(work);
    if (done) return done;
    order_is_stale = !order.load();  // at once: checkpoint() and stats() ask it too
    return with_trail_advice(done.error(), settings.path);
  }

  /// How large the database is is asked anew when a quarter of what was left of its room is used
  /// up: should rows take more than they are reckoned, the rest is enough for it.
  Result<void> check_room(std::uint64_t more) {
    if (settings.max_size == 0) return {};
    if (more <= unasked) {
      unasked -= more;
      return {};
    }
    const Result<std::uint64_t> used = used_bytes(trail->database());
    if (!used) return used.error();
    const bool fits = *used + more <= settings.max_size;
    unasked = fits ? (settings.max_size - *used - more) / 4 : 0;
    if (fits) return {};
    return Error{Errc::storage, "the audit trail " + settings.path + " has reached its max_size"};
  }

  /// Before anything leaves: a database that is put back must be known by what the trail had then.
  Result<void> mark() {
    const Result<std::int64_t> accesses = accesses_ever(trail->database());
    if (!accesses) return accesses.error();
    if (order.given_to() <= marked.sequence && *accesses <= marked.accesses) return {};
    const Result<std::optional<TrailMark>> present = present_mark(trail->database());
    if (!present) return present.error();
    if (!*present) return {};
    const Result<void> put = marks.put(**present);
    if (put) marked = **present;
    return put;
  }

  /// What an operator must know of the database. Each call looks at some more of the data keys.
  Result<void> describe_faults(StoreStats& out) {
    storage::Database& database = trail->database();
    const Result<bool> inspected = trail->keys().inspect(kInspectAtOnce);
    if (!inspected) return inspected.error();
    const Result<Damage> damage = read_damage(database);
    if (!damage) return damage.error();
    const Result<std::string> anew = read_fact(database, fact::kBegunAnew);
    if (!anew) return anew.error();
    const Result<std::int64_t> keys_told = read_number(database, fact::kKeyFaultsAcknowledged);
    if (!keys_told) return keys_told.error();
    const KeyFaults& keys = trail->keys().faults();
    out.damaged_rows = damage->rows;
    out.damaged_keys = keys.count();
    add_problem(out.problem, identity.fault());
    if (*anew == "1") add_problem(out.problem, begun_anew(settings.path));
    if (keys.count() > static_cast<std::uint64_t>(*keys_told))
      add_problem(out.problem, keys.describe());
    add_problem(out.problem, damage->describe());
    return {};
  }

  StoreSettings settings;
  LockFile lock;
  storage::FileIdentity identity;
  std::unique_ptr<TrailDatabase> trail;
  RowOrder order;
  TrailMarks marks;
  TrailMark marked;                         ///< what both files say at least
  std::vector<std::string> unmarked_notes;  ///< of checkpoints that nobody was given yet
  bool order_is_stale = false;
  std::uint64_t unasked = 0;  ///< bytes for which there is room; asked anew every second (tidy)
};

AuditStore::AuditStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
AuditStore::AuditStore(AuditStore&&) noexcept = default;
AuditStore& AuditStore::operator=(AuditStore&&) noexcept = default;
AuditStore::~AuditStore() = default;

Result<AuditStore> AuditStore::open(const StoreSettings& settings, const MasterKeys& masters) {
  if (const auto what = AuditDesk::in_way(settings))
    return Error{Errc::storage,
                 "the audit trail cannot be opened: " + *what + ", not a file: move it away"};
  const bool had_one = ::access(storage::lock_path(settings.path).c_str(), F_OK) == 0;
  const Result<void> folder = make_folder(settings.path);
  if (!folder) return folder.error();
  Result<LockFile> lock = LockFile::take(storage::lock_path(settings.path));
  if (!lock) return lock.error();
  const Result<bool> made = find_trail(settings.path);
  if (!made) return made.error();
  Result<std::unique_ptr<TrailDatabase>> trail = TrailDatabase::open(settings.path, masters);
  if (!trail) return trail.error();
  if (*made && had_one) {
    const Result<void> noted = write_fact((*trail)->database(), fact::kBegunAnew, "1");
    if (!noted) return noted.error();
  }
  auto parts = std::make_unique<Parts>(settings, std::move(*lock), std::move(*trail));
  const Result<void> newest = check_marks(parts->trail->database(), parts->marks, settings.path);
  if (!newest) return newest.error();
  const Result<void> loaded = parts->order.load();
  if (!loaded) return with_trail_advice(loaded.error(), settings.path);
  return AuditStore(std::move(parts));
}

Result<std::int64_t> AuditStore::append(std::span<const AuditRow> rows) {
  const Result<void> room = parts_->check_room(room_for(rows));
  if (!room) return room.error();
  const Result<void> done = parts_->change_order([&] { return parts_->order.append(rows); });
  if (!done) return done.error();
  return parts_->order.given_to();
}

Result<bool> AuditStore::has(const std::string& record_id, const std::string& kind) {
  return parts_->trail->rows().has(record_id, kind);
}

Result<std::vector<std::string>> AuditStore::checkpoint(std::span<const NoteSigner> signers,
                                                        UtcTime now) {
  // Those of a call that could not mark the trail have not left yet.
  std::vector<std::string>& notes = parts_->unmarked_notes;
  while (parts_->order.has_unproved()) {
    std::string added;
    const Result<void> done = parts_->change_order([&]() -> Result<void> {
      Result<std::string> note = parts_->order.add_checkpoint(signers, now);
      if (!note) return note.error();
      added = std::move(*note);
      return {};
    });
    if (!done) return done.error();
    notes.push_back(std::move(added));
  }
  if (notes.empty()) return notes;
  const Result<void> marked = parts_->mark();
  if (!marked) return marked.error();
  return std::exchange(notes, {});
}

bool AuditStore::checkpoint_is_due() const {
  const auto waiting = parts_->order.given_to() - parts_->order.proved_to();
  return waiting >= static_cast<std::int64_t>(kMostLeaves / 2) && parts_->order.has_unproved();
}

Result<void> AuditStore::serve_exporters(std::span<const ServedExporter> exporters) {
  return parts_->transact(
      [&] { return trail::serve_exporters(parts_->trail->database(), exporters); });
}

Result<void> AuditStore::note_trouble(Stream stream, const std::string& exporter,
                                      const std::string& why, UtcTime now) {
  return parts_->transact([&] {
    return trail::note_trouble(parts_->trail->database(), stream, exporter, {now, why});
  });
}

Result<FoundRows> AuditStore::undelivered(Stream stream, const std::string& exporter,
                                          std::size_t limit) {
  const Result<std::int64_t> position = position_of(parts_->trail->database(), stream, exporter);
  if (!position) return position.error();
  Result<FoundRows> found = parts_->trail->rows().to_retry(stream, exporter, limit);
  if (!found) return found;
  if (found->read_to == 0) {
    RowFilter wanted{.after = *position, .limit = limit};
    if (stream == Stream::checkpoints) wanted.kind = kind::kCheckpoint;
    found = parts_->trail->rows().find(wanted);
    if (!found) return found;
  }
  const Result<void> noted = note_damage(parts_->trail->database(), *found);
  if (!noted) return noted.error();
  const Result<void> marked = found->read_to == 0 ? Result<void>() : parts_->mark();
  if (!marked) return marked.error();
  return found;
}

Result<std::vector<StoredAccess>> AuditStore::undelivered_accesses(const std::string& exporter,
                                                                   std::size_t limit) {
  const Result<std::int64_t> position =
      position_of(parts_->trail->database(), Stream::accesses, exporter);
  if (!position) return position.error();
  Statement statement = parts_->trail->database().prepare(
      "SELECT sequence, row FROM accesses WHERE sequence > ?1 OR sequence IN (SELECT sequence FROM "
      "exceptions WHERE exporter = ?2 AND stream = ?4 AND retrying = 1) ORDER BY sequence LIMIT "
      "?3");
  statement.bind(1, *position);
  statement.bind(2, exporter);
  statement.bind(3, static_cast<std::int64_t>(limit));
  statement.bind(4, static_cast<std::int64_t>(Stream::accesses));
  std::vector<StoredAccess> out;
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) break;
    StoredAccess& access = out.emplace_back();
    access.sequence = statement.number(0);
    // A damaged one is delivered all the same, with as much as can be read: that it was there.
    (void)take_columns(nlohmann::json::parse(statement.text(1), nullptr, false), access.row);
    access.row.gateway = parts_->settings.gateway;
  }
  const Result<void> marked = out.empty() ? Result<void>() : parts_->mark();
  if (!marked) return marked.error();
  return out;
}

Result<void> AuditStore::account(Stream stream, const std::string& exporter,
                                 const RowAccounting& accounting, UtcTime now) {
  return parts_->transact(
      [&] { return trail::account(parts_->trail->database(), stream, exporter, accounting, now); });
}

Result<bool> AuditStore::tidy(UtcTime now) {
  const RetentionTerms terms{.max_size = parts_->settings.max_size / 10 * 9,
                             .retention = parts_->settings.retention,
                             .signs_checkpoints = parts_->settings.signs_checkpoints};
  bool more = false;
  parts_->unasked = 0;
  const Result<void> done = parts_->change_order([&]() -> Result<void> {
    const Result<bool> deleted =
        delete_old_rows(parts_->trail->database(), parts_->order, terms, now);
    if (!deleted) return deleted.error();
    more = *deleted;
    return {};
  });
  if (!done) return done.error();
  return more;
}

Result<bool> AuditStore::rewrap(std::size_t limit) {
  bool more = false;
  const Result<void> done = parts_->transact([&]() -> Result<void> {
    const Result<bool> wrapped = parts_->trail->keys().rewrap(limit);
    if (!wrapped) return wrapped.error();
    more = *wrapped;
    return {};
  });
  if (!done) return done.error();
  return more;
}

void AuditStore::change_limits(const StoreSettings& settings) {
  parts_->settings.max_size = settings.max_size;
  parts_->unasked = 0;
  parts_->settings.retention = settings.retention;
  parts_->settings.signs_checkpoints = settings.signs_checkpoints;
}

Result<void> AuditStore::use_keys(const MasterKeys& masters) {
  return parts_->trail->keys().use(masters);
}

Result<StoreStats> AuditStore::stats() {
  StoreStats out{.last_sequence = parts_->order.given_to(), .proved_to = parts_->order.proved_to()};
  // Where nothing was ever signed, the tree reaches no further than to what was deleted.
  storage::LentStatement first =
      parts_->trail->database().kept("SELECT MIN(sequence) FROM audit_rows");
  const Result<bool> any = first->step();
  if (!any) return any.error();
  out.holds_proved = first->number(0) != 0 && first->number(0) <= out.proved_to;
  const Result<void> told = parts_->describe_faults(out);
  if (!told) return told.error();
  const Result<std::uint64_t> bytes = used_bytes(parts_->trail->database());
  if (!bytes) return bytes.error();
  out.bytes = *bytes;
  Result<std::vector<StreamProgress>> progress = read_progress(parts_->trail->database());
  if (!progress) return progress.error();
  out.exporters = std::move(*progress);
  return out;
}

}  // namespace tollgate::trail
