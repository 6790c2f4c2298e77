// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "operation_attempts.hpp"

#include "record_builder.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::proxy {

void OperationAttempts::moving_on(const routing::Candidate& next) {
  note_candidate(intent_.record(), next);
  if (!intent_.recorded()) return;
  const Result<void> amended = parts_.journal.amend(intent_.record());
  if (!amended) parts_.metrics.count_ledger_failure();
}

void OperationAttempts::credential_refused(const routing::Candidate& candidate) {
  const usage::Attempt& attempt = attempts().back();
  telemetry::log::error("upstream.credential_refused",
                        {{"record_id", intent_.record().record_id.to_string()},
                         {"backend", candidate.backend->name},
                         {"status", attempt.status},
                         {"error", attempt.error}});
}

}  // namespace tollgate::proxy
