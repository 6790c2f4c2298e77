// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reload_status.hpp"

#include <utility>

namespace tollgate::app {

void ReloadStatus::applied(UtcTime now, std::vector<std::string> waiting) {
  const std::lock_guard lock(mutex_);
  ++gauges_.reloads;
  gauges_.loaded_at = now;
  gauges_.last_successful = true;
  gauges_.waiting = waiting.size();
  waiting_ = std::move(waiting);
  errors_.clear();
}

void ReloadStatus::refused(std::vector<std::string> errors) {
  const std::lock_guard lock(mutex_);
  ++gauges_.failures;
  gauges_.last_successful = false;
  errors_ = std::move(errors);
}

std::vector<std::string> ReloadStatus::problems() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const std::string& error : errors_) out.push_back("new configuration refused: " + error);
  for (const std::string& path : waiting_) out.push_back("needs a restart: " + path);
  return out;
}

telemetry::ConfigGauges ReloadStatus::gauges() const {
  const std::lock_guard lock(mutex_);
  return gauges_;
}

}  // namespace tollgate::app
