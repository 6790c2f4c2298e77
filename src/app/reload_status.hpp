// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// How loading the configuration went, for readiness and metrics. Thread-safe.
class ReloadStatus {
 public:
  explicit ReloadStatus(UtcTime started) { gauges_.loaded_at = started; }

  /// `waiting`: settings that take effect at the next start.
  void applied(UtcTime now, std::vector<std::string> waiting);
  /// The configuration in force stays; `errors` say why.
  void refused(std::vector<std::string> errors);

  /// What an operator has to mend; empty when the files say what is in force.
  std::vector<std::string> problems() const;
  telemetry::ConfigGauges gauges() const;

 private:
  mutable std::mutex mutex_;
  telemetry::ConfigGauges gauges_;
  std::vector<std::string> errors_;
  std::vector<std::string> waiting_;
};

}  // namespace tollgate::app
