// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/spdlog.h>

namespace tollgate::telemetry {

/// While it lives nothing is logged: for tests whose subject warns of what they provoke.
struct QuietLog {
  QuietLog() { spdlog::set_level(spdlog::level::off); }
  QuietLog(const QuietLog&) = delete;
  QuietLog& operator=(const QuietLog&) = delete;
  ~QuietLog() { spdlog::set_level(spdlog::level::info); }
};

}  // namespace tollgate::telemetry
