// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/base/secret.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/master_keys.hpp"

namespace tollgate::trail {

/// Whose content a data key encrypts: the smallest that can be erased.
struct KeyOwner {
  std::string client;
  std::string month;  ///< "2026-11", of the event, UTC
  std::string caller;

  bool operator==(const KeyOwner&) const = default;
};

/// "2026-11", UTC.
std::string month_of(UtcTime time);

struct DataKey {
  std::int64_t id = 0;
  Secret key;
};

/// What became of a data key; `key` is there while it is usable. It is erased only where an erasure
/// has marked it: one that is gone, or that nobody can unwrap, is damaged.
struct FoundKey {
  enum class State { usable, erased, damaged } state = State::damaged;
  Secret key;
  KeyOwner owner;              ///< empty: there is no such key
  std::int64_t erased_to = 0;  ///< of the trail's rows at its erasure, the last sequence
};

/// Data keys whose content nobody can read, and nobody erased.
struct KeyFaults {
  std::uint64_t missing = 0;  ///< their rows are gone: keys are never deleted
  std::uint64_t damaged = 0;  ///< they cannot be unwrapped, or are empty without having been erased

  std::uint64_t count() const { return missing + damaged; }
  /// For people; empty: there are none.
  std::string describe() const;
};

/// The data keys of a database, its table `data_keys`: wrapped with AES-256-GCM under a master key
/// and bound to their owners. Which key is alive is asked of the database in each transaction, for
/// another process may have erased it before. Errors: storage, internal.
class DataKeys {
 public:
  DataKeys(storage::Database& database, MasterKeys masters)
      : database_(database), masters_(std::move(masters)) {}

  /// Error storage: a living key was wrapped by a master key that is not configured; says which.
  Result<void> check_masters();
  /// Takes on other master keys. Error: as check_masters(), and nothing has changed.
  Result<void> use(MasterKeys masters);

  /// The owner's living key; makes one where there is none, or where it is damaged. Within a
  /// transaction of the caller's.
  Result<DataKey> living(const KeyOwner& owner);

  Result<FoundKey> find(std::int64_t id);

  /// Wraps what other master keys wrapped under the first one, at most `limit` keys; leaves damaged
  /// ones. True: there may be more. Within a transaction of the caller's.
  Result<bool> rewrap(std::size_t limit);

  /// Looks at the next keys, whether they are there and can be unwrapped, at most `limit`. True:
  /// there may be more.
  Result<bool> inspect(std::size_t limit);
  /// ... at all that are left.
  Result<void> inspect_all();
  /// What inspect() has found so far.
  const KeyFaults& faults() const { return faults_; }

  /// After a transaction that was rolled back: the numbers of keys that it made are given again.
  void forget();

 private:
  Result<DataKey> make(const KeyOwner& owner);
  struct LivingKey {
    std::int64_t id = 0;
    FoundKey key;
  };

  /// nullopt: there is none.
  Result<std::optional<LivingKey>> find_living(const KeyOwner& owner);
  Result<FoundKey> unwrap(const storage::Statement& row);
  Result<bool> is_whole(const storage::Statement& row) const;
  Result<std::int64_t> last_given();

  storage::Database& database_;
  MasterKeys masters_;
  std::map<std::int64_t, Secret> unwrapped_;
  std::int64_t rewrapped_to_ = 0;
  KeyFaults faults_;
  std::int64_t inspected_to_ = 0;
};

}  // namespace tollgate::trail
