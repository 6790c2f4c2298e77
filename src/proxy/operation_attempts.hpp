// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "running_operation.hpp"
#include "tollgate/upstream/upstream.hpp"

namespace tollgate::proxy {

/// Writes an operation's attempts into its record while they are made. When one is left for another
/// target, the intent is amended: after a crash the interrupted record lists what was tried and
/// names who was asked last.
class OperationAttempts : public upstream::AttemptLog {
 public:
  explicit OperationAttempts(RunningOperation& operation) : operation_(operation) {}

  std::vector<usage::Attempt>& attempts() override { return operation_.record().attempts; }
  void moving_on(const routing::Candidate& next) override;
  void credential_refused(const routing::Candidate& candidate) override;

 private:
  RunningOperation& operation_;
};

}  // namespace tollgate::proxy
