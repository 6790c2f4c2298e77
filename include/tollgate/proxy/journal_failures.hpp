// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/base/uuid.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/telemetry/metrics.hpp"
#include "tollgate/telemetry/sparing.hpp"

namespace tollgate::proxy {

/// What the journal could not take: each failure is counted, now and then one is logged, and
/// whether its operation goes on is decided. Used on its worker's thread.
class JournalFailures {
 public:
  /// Both outlive it.
  JournalFailures(telemetry::WorkerMetrics& metrics, const config::Ledger& ledger)
      : metrics_(metrics), ledger_(ledger) {}

  /// `event` names the line: ledger.open_failed, say. Whether the operation goes on all the same
  /// (ledger.on_failure), also when the failure cannot be told of.
  bool goes_on_after(std::string_view event, const Uuid& record_id, const Error& error) noexcept;

 private:
  void tell(std::string_view event, const Uuid& record_id, const Error& error);

  telemetry::WorkerMetrics& metrics_;
  const config::Ledger& ledger_;
  telemetry::log::Sparing lines_;
};

}  // namespace tollgate::proxy
