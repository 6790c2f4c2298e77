// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/ledger/adjustments.hpp"
#include "tollgate/ledger/quota_book.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::ledger {

/// The exporter by which the audit trail looks through the records: none that takes them anywhere.
/// No configuration can give that name.
inline constexpr const char* kTrailCheck = "audit trail";

/// Where a record stands, all exporters taken together: `awaiting`, its operation goes on at the
/// backend, and what it uses is not known yet; `quarantined`, an exporter's service refused it;
/// `kept`, no exporter is configured, and it stands here alone; `queued`, an exporter has not got
/// it yet; `delivered`.
enum class RecordState { queued, delivered, quarantined, awaiting, kept };
/// The enumerator's own name.
std::string_view to_string(RecordState state);

/// A record as exporters see it.
struct StoredRecord {
  std::int64_t sequence = 0;  ///< order of arrival in the ledger; never reused
  usage::UsageRecord record;
};

/// An exporter as the ledger knows it: by its name, which is that of its cursor.
struct ExporterTerms {
  std::string name;
  bool required =
      true;  ///< its records are kept whatever happens, else given up when the ledger is full
  bool from_beginning = false;  ///< where a new one starts: at the oldest record, or with the next
  bool operator==(const ExporterTerms&) const = default;
};

/// A record that an exporter's service refuses for good.
struct Refused {
  std::int64_t sequence = 0;
  std::string reason;
  usage::UsageRecord record;  ///< kept with it: its place in the ledger goes in its time
};

/// What became of records that undelivered() gave, the oldest first: of every one up to the last
/// that is named here. The others are given again.
struct Accounting {
  std::vector<std::int64_t> accepted;
  std::vector<Refused> refused;
};

/// Why an exporter fails, and since when.
struct DeliveryTrouble {
  UtcTime since;
  std::string reason;
};

/// How far an exporter has come.
struct ExporterProgress {
  std::string exporter;
  /// Configured; else it is not waited for, and goes on where it stopped when it is again.
  bool active = false;
  bool required = false;
  std::uint64_t backlog = 0;                 ///< records that it has not got
  std::uint64_t quarantined = 0;             ///< until an operator decides
  std::uint64_t retrying = 0;                ///< ... who wants them sent again
  std::uint64_t given_up = 0;                ///< records that it never will get
  std::optional<UtcTime> oldest;             ///< when the oldest of its backlog began
  std::optional<DeliveryTrouble> trouble{};  ///< nullopt: none, when it was last tried
};

/// Something a client left on a backend: a stored response, a file, a thread. Only that client may
/// use it, and only that backend knows it.
struct StoredObject {
  std::string id;
  std::string client_name;
  std::string backend;
  std::string deployment;         ///< empty where none is concerned
  std::string model;              ///< as the client asked for it; empty likewise
  std::string conversation = {};  ///< that it belongs to; empty: none is known
};

/// As the ledger last knew it: asking waits for no disk.
struct LedgerStats {
  UtcTime as_of;
  std::uint64_t records = 0;  ///< kept, final
  std::uint64_t awaiting = 0;
  /// Records that wait to be rolled up: many only where an earlier version took them in.
  std::uint64_t not_rolled_up = 0;
  bool rolls_up_anew = false;     ///< the start found records and no roll-ups: they are being made
  std::uint64_t damaged = 0;      ///< journal entries found since start that failed their check sum
  std::uint64_t interrupted = 0;  ///< intents turned into records at start
  std::uint64_t journal_bytes = 0;
  std::uint64_t database_bytes = 0;
  std::uint64_t failures =
      0;  ///< rounds in which the journals could not be moved into the database
  /// What an operator must know; empty when all is well. While `broken`, no record that is made now
  /// would last, and journals refuse intents.
  std::string problem;
  bool broken = false;
  bool full = false;  ///< max_size is reached: no intent is taken until something may be deleted
  /// A line for each loss, of whatever run, whose file in `damaged` no operator has deleted.
  std::vector<std::string> losses;
  /// A line for each number of the ledger's that the start found false, and set right.
  std::vector<std::string> set_right;
  /// A line for each fault that the check in the background has found in the database, the first
  /// of many; and when it last came to an end.
  std::vector<std::string> database_faults;
  std::optional<UtcTime> checked_at;
  std::vector<ExporterProgress> exporters;
  std::vector<ExporterProgress> adjustments;  ///< likewise, of adjustments of costs
  std::vector<ExporterProgress> refusals;     ///< likewise, of refusals by quotas
};

/// One worker's append-only journal. Used by that worker's thread only: no lock, no await, no
/// thread hop (docs/adr/0006-journal-and-sqlite.md). What was appended survives kill -9 of the
/// process at once.
class Journal {
 public:
  virtual ~Journal() = default;

  /// Makes the intent durable before the request leaves; the record so far is what an `interrupted`
  /// record will say. Error storage: no record can be made (disk full, I/O error); the caller
  /// applies ledger.on_failure. Reserves the room that close() will need, so that a close cannot
  /// run out of disk.
  virtual Result<void> open(const usage::UsageRecord& intent) = 0;

  /// Replaces what an open intent says. Error storage: the earlier form stands.
  virtual Result<void> amend(const usage::UsageRecord& intent) = 0;

  /// Makes the final record durable; call before the last byte goes to the client. Same record_id
  /// as open.
  virtual Result<void> close(const usage::UsageRecord& record) = 0;

  /// Waits until what this worker appended so far survives a power loss. Completes at once, without
  /// suspending, when durability is `process_crash`. Errors: storage, the sync failed; cancelled,
  /// `cancellation` stopped before it was done.
  virtual boost::asio::awaitable<Result<void>> until_durable(Cancellation& cancellation) = 0;
};

/// The store of record: journals feed SQLite through one ledger thread. All functions but journal()
/// are thread-safe and may block on the disk; never call them on a worker.
class Ledger {
 public:
  /// Opens or creates the store, locks it against a second process, replays what journals are left
  /// and turns orphaned intents into `interrupted` records. Errors: invalid_input (what is there is
  /// no ledger), storage (locked, unreadable, newer version).
  static Result<std::unique_ptr<Ledger>> open(const config::Ledger& settings, unsigned workers,
                                              UtcTime now);
  virtual ~Ledger() = default;

  /// The journal of worker 0 .. workers-1; lives as long as the ledger.
  virtual Journal& journal(unsigned worker) = 0;

  /// From now on these exporters are waited for, and no others: records stay until each has got
  /// them. Error storage: not yet, but as soon as the database can be written.
  virtual Result<void> serve_exporters(std::span<const ExporterTerms> exporters) = 0;
  /// The oldest records that this exporter has not got, at most `limit`; the same ones until they
  /// are accounted for. Error not_found: it was never served.
  virtual Result<std::vector<StoredRecord>> undelivered(const std::string& exporter,
                                                        std::size_t limit) = 0;
  virtual Result<void> account(const std::string& exporter, const Accounting& accounting,
                               UtcTime now) = 0;

  /// Why nothing is delivered to this exporter, for whoever asks beside the gateway; empty: it has
  /// passed.
  virtual Result<void> note_trouble(const std::string& exporter, const std::string& why,
                                    UtcTime now) = 0;

  /// The oldest records whose operations still go on at their backends, at most `limit`, of those
  /// behind the sequence `after`.
  virtual Result<std::vector<StoredRecord>> awaiting(std::size_t limit, std::int64_t after = 0) = 0;
  /// Replaces an awaiting record by its final form, which gets the next place in the order.
  /// Harmless when it is not awaiting any more.
  virtual Result<void> settle(const StoredRecord& record) = 0;
  /// Who made these objects, and where; those that are missing nobody made through this gateway.
  /// Each id is given once.
  virtual Result<std::vector<StoredObject>> find_objects(std::span<const std::string> ids) = 0;

  /// What records cost in the end. Lives as long as the ledger.
  virtual AdjustmentBook& adjustments() = 0;
  /// What is kept of quotas beside the records. Lives as long as the ledger.
  virtual QuotaBook& quotas() = 0;

  /// Takes on retention and max_size; path and durability are for ever.
  virtual void change_limits(const config::Ledger& settings) = 0;

  /// Moves everything appended so far into SQLite; returns when it is there.
  virtual Result<void> flush() = 0;
  virtual LedgerStats stats() const = 0;
};

}  // namespace tollgate::ledger
