// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/capture/exchange.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/trail/audit_store.hpp"

namespace tollgate::capture {

/// How the trail is doing, for readiness and metrics.
struct RecorderStatus {
  std::uint64_t exchanges = 0;  ///< stored since the start
  std::uint64_t waiting = 0;    ///< handed over and not stored yet
  /// Exchanges of which the trail lacks what was to be there, each once: stored without content
  /// (no memory, or it could not be made into rows, or the request could not be stored when it was
  /// to be), or found to have no rows (count_lost).
  std::uint64_t lost = 0;
  std::uint64_t failures = 0;    ///< times that the store did not take rows
  std::uint64_t unexamined = 0;  ///< exchanges that the external redactor did not see
  std::size_t held = 0;          ///< bytes of content in memory
  std::string problem;           ///< why the last rows were not stored; empty: they were
  std::string redactor_problem;  ///< why the external redactor did not see the last; empty: it did
  trail::StoreStats store;       ///< as last looked at
};

/// What became of an exchange that was waited for.
struct Kept {
  /// Its rows are known to stand there for good, though perhaps without content.
  bool is_stored = false;
  /// Errors: storage; cancelled, it was not waited for any longer, and may be stored or not;
  /// throttled or unavailable, the rows stand there without the content, for which there was no
  /// memory, or which the external redactor could not see; internal.
  Result<void> whole;
};

/// The audit trail of a running gateway: takes what was captured, takes out what the rules find,
/// and stores it, on a thread of its own. What is not stored yet is in memory alone: it is lost
/// with the process, and only a record of the exchange then stands in the ledger.
class Recorder {
 public:
  /// Opens the trail's database, or makes it. Errors: as AuditStore::open; invalid_input, a key
  /// that signs is none.
  static Result<std::unique_ptr<Recorder>> open(const config::Config& config);
  virtual ~Recorder() = default;

  /// Takes on what a new configuration says of rules, limits and keys; error: as open, and nothing
  /// has changed. Not on a worker.
  virtual Result<void> use(const config::Config& config) = 0;

  virtual ContentMemory& memory() = 0;
  /// What numbers the values of one exchange, by the configuration in force. Any thread.
  virtual std::shared_ptr<redaction::Replacer> make_replacer() const = 0;

  /// A short text without what the rules find in it, by the configuration in force. Any thread.
  virtual std::string redacted(std::string text) const = 0;

  /// Any thread; does not wait. What fails is counted and logged. Clients take turns, of 64 KiB of
  /// content each, however much one has waiting.
  virtual void keep(Exchange exchange) = 0;
  /// Returns when it is stored for good, or cannot be.
  virtual boost::asio::awaitable<Kept> keep_and_wait(Exchange exchange,
                                                     Cancellation& cancellation) = 0;

  /// Stores what waits and signs the last checkpoint: the exchanges have ended. Blocks, for
  /// `patience` at most.
  virtual void finish(milliseconds patience) = 0;
  /// Ends the thread, once nobody uses the store any more. What waits is lost and logged; it counts
  /// as lost when it is found to have no rows.
  virtual void stop() = 0;
  /// Exchanges were found to have no rows. Any thread.
  virtual void count_lost(std::uint64_t exchanges) = 0;
  /// Any thread.
  virtual RecorderStatus status() const = 0;

  /// Where the store may be used, and the store: for deliveries and reconciliation.
  virtual boost::asio::any_io_executor executor() = 0;
  virtual trail::AuditStore& store() = 0;
  /// Whether a side of it was handed over and has not become rows yet. Any thread.
  virtual bool is_underway(const Uuid& record) const = 0;
  /// On that executor: in one transaction. What fails is counted, logged and told, as it is of what
  /// keep() takes. Error: as AuditStore::append.
  virtual Result<void> append(const std::vector<trail::AuditRow>& rows) = 0;
  /// On that executor: what is no longer under way is stored, if it can be.
  virtual void store_gathered() = 0;
};

}  // namespace tollgate::capture
