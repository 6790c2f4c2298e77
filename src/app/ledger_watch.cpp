// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ledger_watch.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace {

constexpr seconds kLookEvery{1};

}  // namespace

std::optional<LedgerTroubles::Line> LedgerTroubles::look(const ledger::LedgerStats& stats,
                                                         SteadyTime now) {
  const bool changed = stats.problem.empty() != problem_.empty();
  if (!changed && problem_.empty() && stats.failures == failures_) return std::nullopt;
  // What has been told is told again, with all its failures, when its time comes.
  if (!changed && told_at_ && now - *told_at_ < kRepeatEvery) return std::nullopt;
  Line line{!stats.problem.empty() || stats.failures > failures_, stats.problem,
            stats.failures - failures_};
  problem_ = stats.problem;
  failures_ = stats.failures;
  told_at_ = now;
  return line;
}

std::vector<std::string> FreshLines::look(const std::vector<std::string>& lines) {
  std::vector<std::string> out;
  for (const std::string& line : lines) {
    if (std::find(told_.begin(), told_.end(), line) == told_.end()) out.push_back(line);
  }
  told_ = lines;
  return out;
}

void LedgerWatch::start() { look(); }

void LedgerWatch::stop() {
  look();  // the last flush may have come upon something
  stopped_ = true;
  timer_.cancel();
}

void LedgerWatch::look() {
  if (stopped_) return;
  const ledger::LedgerStats stats = ledger_.stats();
  for (const std::string& loss : losses_.look(stats.losses))
    telemetry::log::warn("ledger.loss", {{"detail", loss}});
  for (const std::string& number : set_right_.look(stats.set_right))
    telemetry::log::warn("ledger.set_right", {{"detail", number}});
  for (const std::string& fault : database_faults_.look(stats.database_faults))
    telemetry::log::error("ledger.database_damaged", {{"detail", fault}});
  if (stats.rolls_up_anew != rolls_up_anew_) {
    rolls_up_anew_ = stats.rolls_up_anew;
    if (rolls_up_anew_) {
      telemetry::log::info("ledger.rolling_up", {{"records", stats.not_rolled_up}});
    } else {
      telemetry::log::info("ledger.rolled_up");
    }
  }
  if (const auto line = troubles_.look(stats, std::chrono::steady_clock::now())) {
    if (line->trouble) {
      telemetry::log::error("ledger.failing",
                            {{"problem", line->problem}, {"failures", line->failures}});
    } else {
      telemetry::log::info("ledger.recovered");
    }
  }
  timer_.expires_after(kLookEvery);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) look();
  });
}

}  // namespace tollgate::app
