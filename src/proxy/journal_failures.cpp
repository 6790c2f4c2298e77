// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/journal_failures.hpp"

#include <chrono>
#include <exception>

#include "tollgate/telemetry/log.hpp"

namespace tollgate::proxy {

bool JournalFailures::goes_on_after(std::string_view event, const Uuid& record_id,
                                    const Error& error) noexcept {
  try {
    tell(event, record_id, error);
  } catch (const std::exception&) {  // memory has run out: the policy is the same
  }
  return ledger_.serves_unrecorded();
}

void JournalFailures::tell(std::string_view event, const Uuid& record_id, const Error& error) {
  metrics_.count_ledger_failure();
  const auto left_out = lines_.next(std::chrono::steady_clock::now());
  if (!left_out) return;
  telemetry::log::error(
      event,
      {{"record_id", record_id.to_string()}, {"detail", error.message}, {"left_out", *left_out}});
}

}  // namespace tollgate::proxy
