// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
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
  void target_changed(const routing::Candidate& candidate,
                      const routing::TargetNews& news) override;

 private:
  RunningOperation& operation_;
  telemetry::WorkerMetrics& metrics_;
};

/// Logs that a target rests or serves again, with the last attempt of the operation that found it
/// so. `error`: why, where that is not in the attempt.
void log_target_news(const usage::UsageRecord& record, const routing::Candidate& candidate,
                     const routing::TargetNews& news, std::string_view error);

}  // namespace tollgate::proxy
