// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "open_intent.hpp"
#include "tollgate/proxy/request_pipeline.hpp"

namespace tollgate::proxy {

/// Writes an operation's attempts into its record while they are made. When one is left for another target, the
/// open intent is amended: after a crash the interrupted record lists what was tried and names who was asked last.
class OperationAttempts : public upstream::AttemptLog {
 public:
  OperationAttempts(OpenIntent& intent, PipelineParts& parts) : intent_(intent), parts_(parts) {}

  std::vector<usage::Attempt>& attempts() override { return intent_.record().attempts; }
  void moving_on(const routing::Candidate& next) override;
  void credential_refused(const routing::Candidate& candidate) override;

 private:
  OpenIntent& intent_;
  PipelineParts& parts_;
};

}  // namespace tollgate::proxy
