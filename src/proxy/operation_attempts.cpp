// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "operation_attempts.hpp"

#include "record_builder.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::proxy {

void OperationAttempts::moving_on(const routing::Candidate& next) {
  note_candidate(operation_.record(), next);
  operation_.amend();
}

void OperationAttempts::credential_refused(const routing::Candidate& candidate) {
  const usage::Attempt& attempt = attempts().back();
  metrics_.count_credential_refusal(candidate.backend->name);
  telemetry::log::error("upstream.credential_refused",
                        {{"record_id", operation_.record().record_id.to_string()},
                         {"backend", candidate.backend->name},
                         {"status", attempt.status},
                         {"error", attempt.error}});
}

}  // namespace tollgate::proxy
