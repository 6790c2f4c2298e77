// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/capture/capture.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/pricing/pricer.hpp"
#include "tollgate/proxy/journal_failures.hpp"
#include "tollgate/quotas/reservation.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// How an operation ended, whichever way: made once for each operation that began, and read once by
/// every book.
struct OperationEnd {
  /// Final. It names the objects that the operation left at its backend and, where that works on,
  /// the place to ask.
  const usage::UsageRecord& record;
  /// Whether the journal has its intent; not so for what is served while the ledger fails
  /// (ledger.on_failure).
  bool intent_recorded;
  /// What the audit trail is to keep of it; null: nothing, or it is waited for apart.
  capture::Capture* captured = nullptr;
  /// The journal has the record, not its intent alone: said by its book, which is the first.
  bool is_closed = false;
  /// What it was given of its limits, for the book that settles it; null: no limit.
  quotas::Reservation* reservation = nullptr;
};

/// Who takes note of how operations end. One per kind and worker, on the worker's thread.
class Book {
 public:
  virtual ~Book() = default;
  /// Does not wait, and throws nothing: it is also called while an exception ends the operation.
  /// Error: the client must not see a whole answer, since what this book promises of it cannot be
  /// kept.
  virtual Result<void> enter(OperationEnd& end) noexcept = 0;
};

/// In the order in which they are entered. The journal is first: what survives a crash is settled
/// before anything else is told of it.
using Books = std::vector<std::unique_ptr<Book>>;

/// Where operations are written down: their intents in the journal, their ends in every book.
struct OperationBooks {
  ledger::Journal& journal;
  ledger::ObjectDirectory& objects;
  Books books;
  JournalFailures& failures;
  /// Gives every record its cost before the first book reads it; null: records have none.
  const pricing::Pricer* pricer = nullptr;
};

}  // namespace tollgate::proxy
