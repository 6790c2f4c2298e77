// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// Who made which object, for all workers: the newest from memory at once, the others out of the
/// ledger. Any thread. What note() was told is found from then on; it is durable once the record
/// that names it is.
class ObjectDirectory {
 public:
  /// Objects kept in memory; older ones cost a look into SQLite.
  static constexpr std::size_t kMostRemembered = 50'000;

  /// `disk` is where the ledger may block; both outlive the directory.
  ObjectDirectory(Ledger& ledger, boost::asio::any_io_executor disk);

  void note(StoredObject object);

  /// nullopt: nobody made it through this gateway. Suspends only for what is not in memory. Error
  /// storage.
  boost::asio::awaitable<Result<std::optional<StoredObject>>> find(std::string id);

 private:
  std::optional<StoredObject> remembered(const std::string& id) const;

  Ledger& ledger_;
  boost::asio::any_io_executor disk_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, StoredObject> objects_;
  std::deque<std::string> order_;  ///< oldest first
};

}  // namespace tollgate::ledger
