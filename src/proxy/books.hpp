// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/config/config.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/proxy/book.hpp"
#include "tollgate/proxy/journal_failures.hpp"
#include "tollgate/quotas/quotas.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::proxy {

/// Closes the record, which then survives the end of the process.
class JournalBook : public Book {
 public:
  JournalBook(ledger::Journal& journal, JournalFailures& failures)
      : journal_(journal), failures_(failures) {}
  /// Error storage: the intent will surface as an interrupted record, and the client must not see a
  /// whole answer (ledger.on_failure).
  Result<void> enter(OperationEnd& end) noexcept override;

 private:
  ledger::Journal& journal_;
  JournalFailures& failures_;
};

/// Tells whose the objects are that the operation left: its client may use them as soon as it has
/// seen their ids.
class ObjectBook : public Book {
 public:
  explicit ObjectBook(ledger::ObjectDirectory& objects) : objects_(objects) {}
  Result<void> enter(OperationEnd& end) noexcept override;

 private:
  ledger::ObjectDirectory& objects_;
};

/// Settles what the operation was given of its limits by what its record says; of work that goes on
/// it is kept until that ends (Quotas::park), as long as the journal knows of it. Never an error:
/// what could not be settled stays counted as it was reserved.
class QuotaBook : public Book {
 public:
  explicit QuotaBook(quotas::Quotas& quotas) : quotas_(quotas) {}
  Result<void> enter(OperationEnd& end) noexcept override;

 private:
  quotas::Quotas& quotas_;
};

/// Never an error: what counts the operation is no evidence, and no reason to keep the answer from
/// its client.
class MetricsBook : public Book {
 public:
  /// `pricer` knows of which models it was said already that they have no price; null: nobody says.
  explicit MetricsBook(telemetry::WorkerMetrics& metrics, const pricing::Pricer* pricer = nullptr)
      : metrics_(metrics), pricer_(pricer) {}
  Result<void> enter(OperationEnd& end) noexcept override;

 private:
  telemetry::WorkerMetrics& metrics_;
  const pricing::Pricer* pricer_;
};

/// Writes the log's line about the operation: it names the record and says nothing that the record
/// does not. Never an error, for the same reason.
class LineBook : public Book {
 public:
  Result<void> enter(OperationEnd& end) noexcept override;
};

/// Hands what was captured to the audit trail's recorder, which stores it later. Never an error:
/// where the client's audit waits for the trail, that is done apart.
class AuditBook : public Book {
 public:
  Result<void> enter(OperationEnd& end) noexcept override;
};

/// The objects that a record names, for the directory.
void note_objects(const usage::UsageRecord& record, ledger::ObjectDirectory& objects);

}  // namespace tollgate::proxy
