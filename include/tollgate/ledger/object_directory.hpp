// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// Objects by their ids.
using FoundObjects = std::unordered_map<std::string, StoredObject>;

/// What is to be looked up for one request.
struct ObjectQuestion {
  std::string client;            ///< whose request it is: clients take turns
  std::vector<std::string> ids;  ///< each once
  /// Told each id as soon as it is known; null: nobody made it. An error ends the look-up: no more
  /// is asked for a request that is refused anyway.
  std::function<Result<void>(const std::string& id, const StoredObject* object)> judge;
  /// What the request itself tells, which is asked about nowhere else: ids that were sealed. It
  /// outlives the question; null: nothing.
  const FoundObjects* told = nullptr;
};

/// Who made which object, for all workers: the newest from memory at once, the others out of the
/// ledger. Any thread. What note() was told is found from then on; it is durable once the record
/// that names it is.
class ObjectDirectory {
 public:
  /// Objects kept in memory; older ones cost a look into SQLite.
  static constexpr std::size_t kMostRemembered = 50'000;
  /// Ids of one turn, which is one query.
  static constexpr std::size_t kTurn = 64;

  /// `disk` is where the ledger may block; both outlive the directory, and it what runs there.
  ObjectDirectory(Ledger& ledger, boost::asio::any_io_executor disk);
  ~ObjectDirectory();

  /// Who was told first has it: an id that a backend shows to another client later stays the first
  /// one's.
  void note(StoredObject object);

  /// The journal has the record, durably: of those of its objects that note() was told in the same
  /// words, no later record has to say it again.
  void note_kept(const usage::UsageRecord& record);

  /// Leaves out of the record's objects what an earlier record that is kept says in the same words:
  /// lists that are read over and over would write the same ids into each of theirs. What was
  /// noted and never kept stays, or a restart would forget whose it is. Costs no look into SQLite.
  void leave_out_kept(usage::UsageRecord& record) const;

  /// Those of the ids that somebody made through this gateway. What is not in memory is looked up
  /// kTurn at a time, in turn with other clients' look-ups, so that no request holds up those of
  /// another client, whatever it names. Errors: the judge's; storage; cancelled, nobody waits for
  /// the request any more.
  boost::asio::awaitable<Result<FoundObjects>> find_all(ObjectQuestion question,
                                                        Cancellation& cancellation);

 private:
  class Turns;
  struct Slice;
  struct Noted {
    StoredObject object;
    bool is_kept = false;  ///< a record that is kept says the same
  };

  /// What the request tells and memory knows of these ids; the others are left for the disk.
  Slice remembered(std::span<const std::string> ids, const FoundObjects& told) const;
  /// On the disk's executor: serves one look-up, of whoever's turn it is.
  void serve_next();
  boost::asio::awaitable<Result<std::vector<StoredObject>>> look_up(std::string client,
                                                                    std::vector<std::string> ids,
                                                                    Cancellation& cancellation);

  Ledger& ledger_;
  boost::asio::any_io_executor disk_;
  mutable std::mutex mutex_;  ///< of all below
  std::unordered_map<std::string, Noted> objects_;
  std::deque<std::string> order_;  ///< oldest first
  std::unique_ptr<Turns> turns_;
};

}  // namespace tollgate::ledger
