// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "running_operation.hpp"
#include "tollgate/telemetry/metrics.hpp"
#include "tollgate/upstream/upstream.hpp"

namespace tollgate::proxy {

/// Writes an operation's attempts into its record while they are made. When one is left for another
/// target, the intent is amended: after a crash the interrupted record lists what was tried and
/// names who was asked last.
class OperationAttempts : public upstream::AttemptLog {
 public:
  OperationAttempts(RunningOperation& operation, telemetry::WorkerMetrics& metrics)
      : operation_(operation), metrics_(metrics) {}

  std::vector<usage::Attempt>& attempts() override { return operation_.record().attempts; }
  void moving_on(const routing::Candidate& next) override;
  void credential_refused(const routing::Candidate& candidate) override;

 private:
  RunningOperation& operation_;
  telemetry::WorkerMetrics& metrics_;
};

}  // namespace tollgate::proxy
