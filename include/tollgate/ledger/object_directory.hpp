// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// Objects by their ids.
using FoundObjects = std::unordered_map<std::string, StoredObject>;

/// Who made which object, for all workers: the newest from memory at once, the others out of the
/// ledger. Any thread. What note() was told is found from then on; it is durable once the record
/// that names it is.
class ObjectDirectory {
 public:
  /// Objects kept in memory; older ones cost a look into SQLite.
  static constexpr std::size_t kMostRemembered = 50'000;

  /// `disk` is where the ledger may block; both outlive the directory.
  ObjectDirectory(Ledger& ledger, boost::asio::any_io_executor disk);

  /// Who was told first has it: an id that a backend shows to another client later stays the first
  /// one's.
  void note(StoredObject object);

  /// Those of the ids that somebody made through this gateway. Suspends only for what is not in
  /// memory, once. Error storage.
  boost::asio::awaitable<Result<FoundObjects>> find_all(std::vector<std::string> ids);

 private:
  /// Moves what is known from `ids` to the result.
  FoundObjects take_remembered(std::vector<std::string>& ids) const;

  Ledger& ledger_;
  boost::asio::any_io_executor disk_;
  mutable std::mutex mutex_;
  FoundObjects objects_;
  std::deque<std::string> order_;  ///< oldest first
};

}  // namespace tollgate::ledger
