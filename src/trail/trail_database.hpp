// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "data_keys.hpp"
#include "row_table.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/audit_row.hpp"
#include "tollgate/trail/master_keys.hpp"

namespace tollgate::trail {

/// An audit store's database, open, with what reads and writes its rows.
class TrailDatabase {
 public:
  /// The file is there. Error storage: damaged, of another version, or a master key is missing.
  static Result<std::unique_ptr<TrailDatabase>> open(const std::string& path,
                                                     const MasterKeys& masters);
  /// Makes a new one. Error storage.
  static Result<void> make(const std::string& path);

  storage::Database& database() { return database_; }
  DataKeys& keys() { return keys_; }
  RowTable& rows() { return rows_; }

  /// Within a transaction of the caller's, or as one. Error storage.
  Result<void> note_access(const AccessRow& row);

 private:
  TrailDatabase(storage::Database database, const MasterKeys& masters)
      : database_(std::move(database)), keys_(database_, masters), rows_(database_, keys_) {}
  Result<void> check(const std::string& path);

  storage::Database database_;
  DataKeys keys_;
  RowTable rows_;
};

/// SQLite's words, and what to do where they mean damage.
Error with_trail_advice(Error error, const std::string& path);

}  // namespace tollgate::trail
