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

void OperationAttempts::target_changed(const routing::Candidate& candidate,
                                       const routing::TargetNews& news) {
  log_target_news(operation_.record(), candidate, news, attempts().back().error);
}

void log_target_news(const usage::UsageRecord& record, const routing::Candidate& candidate,
                     const routing::TargetNews& news, std::string_view error) {
  const std::string& client = news.for_client ? record.client_name : std::string();
  if (news.over)
    return telemetry::log::info("target.serves_again", {{"backend", candidate.backend->name},
                                                        {"deployment", candidate.deployment},
                                                        {"client", client}});
  const bool throttled = news.cause == routing::TargetHealth::Cause::throttled;
  telemetry::log::warn("target.rests", {{"backend", candidate.backend->name},
                                        {"deployment", candidate.deployment},
                                        {"cause", throttled ? "throttled" : "failing"},
                                        {"client", client},
                                        {"status", record.attempts.back().status},
                                        {"error", error},
                                        {"rests_ms", news.rest.count()},
                                        {"record_id", record.record_id.to_string()}});
}

}  // namespace tollgate::proxy
