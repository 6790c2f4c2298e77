// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "data_keys.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/audit_row.hpp"

namespace tollgate::trail {

/// An erasure as its access row says what it is of.
nlohmann::json month_filter(const std::string& client, const std::string& month);
nlohmann::json caller_filter(const std::string& caller);

/// The erasures that took content of one exchange. An access row of one names no exchange, for it
/// may take thousands: which it took the data keys say, by owner and time.
class Erasures {
 public:
  Erasures() = default;  ///< none
  /// Of an exchange as far as its rows are still there. Error storage.
  static Result<Erasures> of(storage::Database& database, const std::string& record_id);

  /// Whether the access row is of one of them. Of a key whose erasure noted no time, as an old
  /// version's: whether it is of that client's month, or of that caller.
  bool holds(const AccessRow& access) const;

 private:
  struct Key {
    KeyOwner owner;
    std::optional<UtcTime> erased_at;
  };
  std::vector<Key> keys_;
};

}  // namespace tollgate::trail
