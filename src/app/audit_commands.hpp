// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "commands.hpp"

// What an operator or auditor does with the audit trail (docs/audit.md). Each reading and erasing
// leaves an access row with the name of who ran the command.
namespace tollgate::app {

/// Which exchanges are meant; what is empty bounds nothing.
struct AuditOptions {
  std::string config_path;
  PeriodOptions period;
  std::string record;
  std::string client;
  std::string caller;  ///< an id as callers have it, or a pseudonym as rows have it
  std::string conversation;
  std::string text;     ///< that prompt or answer hold, in any case
  bool follow = false;  ///< goes on with what comes
  std::string month;    ///< of what is erased: 2026-11
};

/// A line for each exchange, when its answer is there. Holds the content of one side at a time.
int audit_search(const AuditOptions& options);
/// The same of what is stored from now on, until the process is ended.
int audit_tail(const AuditOptions& options);
/// Prompt and answer of one exchange, put together.
int audit_show(const AuditOptions& options);
/// Every row as a JSON line, as sinks get them.
int audit_export(const AuditOptions& options);
/// Takes the content of a client's month, or of a caller, away for good, and prints what does so at
/// each sink.
int audit_erase(const AuditOptions& options);

/// Which readings are meant; what is empty bounds nothing.
struct AccessOptions {
  std::string config_path;
  PeriodOptions period;
  std::string reader;
  std::string record;  ///< a RecordId that was read
};
/// Who read or erased what: the access rows, a JSON line each. Itself a reading, which leaves its
/// own.
int audit_accesses(const AccessOptions& options);

/// Prints the last signed checkpoint, for whoever keeps a copy elsewhere.
int audit_checkpoint(const AuditOptions& options);

struct AuditDeliveriesOptions {
  std::string config_path;
  std::string action = "list";  ///< list, retry, release or acknowledge-loss
  std::string exporter;         ///< of `list`: empty, every one
};
/// How far the trail's exporters have come, and what is to become of rows that a destination
/// refused.
int audit_deliveries(const AuditDeliveriesOptions& options);

struct VerifyOptions {
  std::vector<std::string> files;  ///< rows as a sink holds them; "-": standard input
  std::vector<std::string> keys;   ///< NAME+HASH+KEY, of those whose checkpoints count
  std::vector<std::string> notes;  ///< files of checkpoints that were kept elsewhere
  /// Rows older than the first that is given need not be there: it is a part of the trail.
  bool part = false;
};
/// Proves that rows are what the gateway wrote, from them alone.
int audit_verify(const VerifyOptions& options);

/// Prints the public keys that checkpoints are verified with.
int audit_keys(const std::string& config_path);

}  // namespace tollgate::app
