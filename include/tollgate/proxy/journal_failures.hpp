// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/base/uuid.hpp"
#include "tollgate/telemetry/metrics.hpp"
#include "tollgate/telemetry/sparing.hpp"

namespace tollgate::proxy {

/// What the journal could not take: each failure is counted, and now and then one is logged. Used
/// on its worker's thread.
class JournalFailures {
 public:
  explicit JournalFailures(telemetry::WorkerMetrics& metrics) : metrics_(metrics) {}

  /// `event` names the line: ledger.open_failed, say.
  void note(std::string_view event, const Uuid& record_id, const Error& error);

 private:
  telemetry::WorkerMetrics& metrics_;
  telemetry::log::Sparing lines_;
};

}  // namespace tollgate::proxy
