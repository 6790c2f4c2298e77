// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/trail/checkpoint.hpp"
#include "tollgate/trail/delivery.hpp"
#include "tollgate/trail/master_keys.hpp"
#include "tollgate/trail/store_settings.hpp"
#include "tollgate/trail/stored_row.hpp"

namespace tollgate::trail {

struct StoreStats {
  std::int64_t last_sequence = 0;
  std::int64_t proved_to = 0;  ///< the last sequence under a checkpoint
  bool holds_proved = false;   ///< a checkpoint covers rows that are there
  std::uint64_t bytes = 0;
  /// Rows that deliveries found damaged, wholly or in their content, and that are still there.
  std::uint64_t damaged_rows = 0;
  /// Data keys that nobody erased and nobody can unwrap; known some seconds after the start.
  std::uint64_t damaged_keys = 0;
  std::vector<StreamProgress> exporters;
  std::string problem;  ///< what an operator must know; empty when all is well
};

/// An access row and its place in the order of access rows.
struct StoredAccess {
  std::int64_t sequence = 0;
  AccessRow row;
};

/// The audit trail's own database: rows in one append-only order, their content encrypted
/// (docs/adr/0190-audit-store.md). One process has it open as a store, others may use AuditDesk
/// beside it. Blocks on the disk: one thread of its own uses it, never a worker. Errors where
/// nothing else is said: storage.
class AuditStore {
 public:
  /// Makes the database where there is none; where one had been, the loss is in stats().problem
  /// until AuditDesk::acknowledge_loss. Error storage: another process has it, it was emptied,
  /// truncated, restored from a backup or is damaged, another version wrote it, or a data key in it
  /// was wrapped by a master key that is not among `masters`; the message says which, and what to
  /// do.
  static Result<AuditStore> open(const StoreSettings& settings, const MasterKeys& masters);
  AuditStore(AuditStore&&) noexcept;
  AuditStore& operator=(AuditStore&&) noexcept;
  ~AuditStore();

  /// All rows or none, in this order, behind those that are there: `sequence`, the hashes,
  /// `gateway` and `trail` are given by the store. When it returns, they survive a power loss.
  /// Error storage also when max_size is reached: audit.on_failure decides. Returns the last
  /// sequence.
  Result<std::int64_t> append(std::span<const AuditRow> rows);

  /// Whether the trail has any row of that record and kind (reconciliation after a crash).
  Result<bool> has(const std::string& record_id, const std::string& kind);

  /// Signs what no checkpoint covers yet, and appends the checkpoints as rows; more than one when
  /// there are more than kMostLeaves rows. Returns their notes, for a second sink: none when
  /// nothing but checkpoints has come since the last. Two signers while keys are rotated. Error
  /// internal: signing failed.
  Result<std::vector<std::string>> checkpoint(std::span<const NoteSigner> signers, UtcTime now);
  /// That many rows wait for one that it is time: kMostLeaves / 2.
  bool checkpoint_is_due() const;

  /// From now on these exporters are waited for, and no others. A new one begins at the oldest row.
  Result<void> serve_exporters(std::span<const ServedExporter> exporters);
  /// Why the exporter's destination takes nothing, for who asks beside the gateway; empty: it does
  /// again.
  Result<void> note_trouble(Stream stream, const std::string& exporter, const std::string& why,
                            UtcTime now);
  /// The oldest rows (or checkpoints) that the exporter has not got: first those to be tried again,
  /// else those behind its cursor; the same ones until they are accounted for. Damaged ones among
  /// them are accounted for as `damaged`; both kinds of damage are remembered. Error not_found: it
  /// was never served.
  Result<FoundRows> undelivered(Stream stream, const std::string& exporter, std::size_t limit);
  Result<std::vector<StoredAccess>> undelivered_accesses(const std::string& exporter,
                                                         std::size_t limit);
  Result<void> account(Stream stream, const std::string& exporter, const RowAccounting& accounting,
                       UtcTime now);

  /// Deletes rows that every exporter has, and a checkpoint covers: those beyond the retention, and
  /// the oldest while the database is over nine tenths of max_size. A batch; true: there may be
  /// more.
  Result<bool> tidy(UtcTime now);

  /// Wraps data keys under the first master key, a batch of `limit`; true: there may be more.
  Result<bool> rewrap(std::size_t limit);

  /// Takes on max_size, retention and signs_checkpoints.
  void change_limits(const StoreSettings& settings);
  /// Takes on other master keys. Error storage: a data key was wrapped by none of them, and nothing
  /// has changed.
  Result<void> use_keys(const MasterKeys& masters);
  Result<StoreStats> stats();

 private:
  struct Parts;
  explicit AuditStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tollgate::trail
