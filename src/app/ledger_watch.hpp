// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/ledger/ledger.hpp"

namespace tollgate::app {

/// What of the ledger's troubles is logged: a new one at once, the same one once a minute, and its
/// end. Pure.
class LedgerTroubles {
 public:
  static constexpr seconds kRepeatEvery{60};

  struct Line {
    bool trouble = true;  ///< else: it has passed
    std::string problem;
    std::uint64_t failures = 0;  ///< since the last line
  };
  std::optional<Line> look(const ledger::LedgerStats& stats, SteadyTime now);

 private:
  std::string problem_;  ///< the last one told; empty: none
  std::uint64_t failures_ = 0;
  std::optional<SteadyTime> told_at_;
};

/// Which of the lines about losses or faults are logged: those that the last look had not, at a
/// start all.
class FreshLines {
 public:
  std::vector<std::string> look(const std::vector<std::string>& lines);

 private:
  std::vector<std::string> told_;
};

/// Looks at the ledger every second and logs its troubles. On the control thread.
class LedgerWatch {
 public:
  LedgerWatch(boost::asio::io_context& control, const ledger::Ledger& ledger)
      : timer_(control), ledger_(ledger) {}

  void start();
  void stop();

 private:
  void look();

  boost::asio::steady_timer timer_;
  const ledger::Ledger& ledger_;
  LedgerTroubles troubles_;
  bool rolls_up_anew_ = false;  ///< as it was told
  FreshLines losses_;
  FreshLines set_right_;
  FreshLines database_faults_;
  bool stopped_ = false;
};

}  // namespace tollgate::app
