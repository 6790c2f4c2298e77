// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "data_keys.hpp"
#include "sealing.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/text_builder.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/delivery.hpp"
#include "tollgate/trail/stored_row.hpp"

namespace tollgate::trail {

/// The rows of a database, their sealed columns encrypted. Errors: storage, internal.
class RowTable {
 public:
  RowTable(storage::Database& database, DataKeys& keys) : database_(database), keys_(keys) {}

  /// The key of the row before, in the same transaction: rows of one owner have the same.
  struct KeyOfRow {
    KeyOwner owner;
    UtcTime time;  ///< of the event
    std::int64_t id = 0;
    std::optional<Sealer> sealer;  ///< nullopt: there was no row before
  };

  /// Gives the row its salt, commitment and leaf hash, and keeps it under the sequence that it has.
  /// Its text is tidied. Within a transaction of the caller's.
  Result<void> append(AuditRow& row, KeyOfRow& last);

  Result<FoundRows> find(const RowFilter& filter);

  /// Those that stand in the exporter's list of what is to be tried again.
  Result<FoundRows> to_retry(Stream stream, const std::string& exporter, std::size_t limit);

  Result<bool> has(const std::string& record_id, const std::string& kind);

  /// The leaves behind `after`, at most `limit`, without a gap. Error storage: one is not there.
  Result<std::vector<Sha256>> leaves(std::int64_t after, std::size_t limit);

 private:
  Result<FoundRows> read(storage::Statement& statement);
  Result<void> open_sealed_columns(std::int64_t key, const std::string& sealed, StoredRow& out);

  Result<void> find_key(const AuditRow& row, KeyOfRow& last);

  /// commitment_of() and digest_of() of a row whose text is tidied.
  Sha256 commitment_of_tidy(const AuditRow& row, std::string_view salt);
  Sha256 digest_of_tidy(const AuditRow& row);
  /// What of it is to be sealed, with the salt, and what stands beside that. Valid until the next.
  std::string_view sealed_text(const AuditRow& row);
  std::string_view open_text(const AuditRow& row);

  storage::Database& database_;
  DataKeys& keys_;
  RandomPool random_;       ///< for salts and nonces
  TextBuilder text_{4096};  ///< room for the texts of a row, one after the other
};

/// Of the row there; nullopt: it is not there, or differs from it. Error storage.
Result<std::optional<Sha256>> whole_leaf_at(storage::Database& database, std::int64_t sequence);

}  // namespace tollgate::trail
