// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "permit.hpp"
#include "refusal.hpp"
#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/proxy/book.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// An operation from its intent to its end. It ends exactly once: by end(), or else with this
/// object, when an exception or the gateway's own end takes its coroutine away. In both cases every
/// book is told, in order.
class RunningOperation {
 public:
  /// Writes the intent, which is not null, into the journal. Where that fails the operation has not
  /// begun, unless begin_all_the_same() says so. `capture`: what the audit trail keeps of it; null:
  /// nothing. `permit`: what it was given of its limits, which is settled at its end; given back
  /// where it never begins.
  RunningOperation(const OperationBooks& books, std::unique_ptr<usage::UsageRecord> intent,
                   SteadyTime started, std::unique_ptr<capture::Capture> capture = nullptr,
                   Permit permit = {});

  RunningOperation(RunningOperation&& other) noexcept;
  RunningOperation& operator=(RunningOperation&&) = delete;
  /// Ends as `interrupted` what was not ended before.
  ~RunningOperation();

  /// What is known of it so far. The books read it at the end.
  usage::UsageRecord& record() { return *record_; }

  /// Null: nothing is captured.
  capture::Capture* capture() { return capture_.get(); }

  /// Whether the intent is written, and why not.
  const Result<void>& opened() const { return opened_; }
  /// It goes on although its intent may not be on the disk (ledger.on_failure: fail_open).
  void begin_all_the_same() { stage_ = Stage::begun; }

  /// Lets what the record says by now stand in the journal in place of the intent. Any time before
  /// the end. Nobody waits for the disk: a power loss may leave the intent as it was. A failure is
  /// counted and logged.
  void amend();
  /// The objects that the record names are their client's from now on; the end of the process does
  /// not forget them.
  void tell_objects();

  /// Tells every book, then waits until the record survives what ledger.durability names, and what
  /// was captured is stored, where its client's audit says so. False: the client must not see a
  /// whole answer. Once.
  boost::asio::awaitable<bool> end(Cancellation& cancellation);
  /// Ends it before anything has left for a backend: the client gets this answer. Instead of end();
  /// nothing where nothing was begun.
  void refuse(const Refusal& refusal);

 private:
  /// Whatever goes wrong leaves it unpriced, which is no false amount.
  void price() noexcept;
  /// What goes on with an object that was made here is called by the conversation that it begins.
  void note_begun_conversation() noexcept;
  enum class Stage { not_begun, begun, ended };

  /// The one place where operations end. True: no book objects to the client's seeing a whole
  /// answer.
  bool tell_books(capture::Capture* captured) noexcept;
  /// Whether backends' words are redacted before a journal or book has them. Only what is written
  /// is: prices are found by the words as they came.
  bool is_redacted() const;
  boost::asio::awaitable<bool> until_durable(Cancellation& cancellation);
  void keep_without_waiting() noexcept;

  const OperationBooks* books_;
  std::unique_ptr<usage::UsageRecord> record_;  ///< on the heap: it is large, and moved often
  std::unique_ptr<capture::Capture> capture_;
  Permit permit_;
  SteadyTime started_;
  Result<void> opened_;
  Stage stage_;
  bool is_closed_ = false;  ///< as OperationEnd has it
};

}  // namespace tollgate::proxy
