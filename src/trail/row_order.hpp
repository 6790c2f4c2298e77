// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "row_table.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/checkpoint.hpp"

namespace tollgate::trail {

/// The order of rows: who gives a row its place, and the tree over all of them. What changes
/// something is called within a transaction of the caller's; load() again when that is rolled
/// back. Errors: storage, internal.
class RowOrder {
 public:
  RowOrder(storage::Database& database, RowTable& rows, std::string gateway)
      : database_(database), rows_(rows), gateway_(std::move(gateway)) {}

  /// What the database says; at start, and after a transaction that failed.
  Result<void> load();

  std::int64_t given_to() const { return given_to_; }
  std::int64_t proved_to() const { return static_cast<std::int64_t>(frontier_.size()); }
  /// Whether anything but checkpoints has come since the last.
  bool has_unproved() const { return proved_to() < last_evidence_; }

  Result<void> append(std::span<const AuditRow> rows);

  /// Signs the next rows behind the last checkpoint, kMostLeaves at most, and appends the
  /// checkpoint. Returns its note.
  Result<std::string> add_checkpoint(std::span<const NoteSigner> signers, UtcTime now);

  /// Takes the rows up to there into the tree without a checkpoint, before they are deleted.
  Result<void> prove_unsigned(std::int64_t sequence);

 private:
  Result<void> append_one(AuditRow row, RowTable::KeyOfRow& last);
  Result<void> advance(Frontier frontier);

  storage::Database& database_;
  RowTable& rows_;
  std::string gateway_;
  std::string trail_;
  std::int64_t given_to_ = 0;
  std::int64_t last_evidence_ = 0;
  Frontier frontier_;
};

}  // namespace tollgate::trail
