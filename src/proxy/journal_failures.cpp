// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/journal_failures.hpp"

#include <chrono>

#include "tollgate/telemetry/log.hpp"

namespace tollgate::proxy {

void JournalFailures::note(std::string_view event, const Uuid& record_id, const Error& error) {
  metrics_.count_ledger_failure();
  const auto left_out = lines_.next(std::chrono::steady_clock::now());
  if (!left_out) return;
  telemetry::log::error(
      event,
      {{"record_id", record_id.to_string()}, {"detail", error.message}, {"left_out", *left_out}});
}

}  // namespace tollgate::proxy
