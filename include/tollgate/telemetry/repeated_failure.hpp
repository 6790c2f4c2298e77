// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tollgate/base/time.hpp"

namespace tollgate::telemetry::log {

/// Which looks that failed are logged, of such as are taken again and again: a new failure at once,
/// the same one once an hour, one that came back as a new one. Sparing is for events that nobody
/// looks for. Pure.
class RepeatedFailure {
 public:
  static constexpr seconds kRepeatEvery{3600};

  /// After each look; `failure` is empty where it went well. True: it is to be logged.
  bool is_news(const std::string& failure, SteadyTime now);

 private:
  std::string last_;
  std::optional<SteadyTime> told_at_;
};

}  // namespace tollgate::telemetry::log
