// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "database_check.hpp"

namespace tollgate::ledger {

/// How often a database is looked through, and how fast: some megabytes in each step.
struct CheckPace {
  milliseconds pause{200};           ///< between two steps
  milliseconds every{6 * 3600'000};  ///< between the end of one check and the next
};

/// A check that goes on and on, in a thread of its own.
class BackgroundCheck {
 public:
  /// `check` is not null.
  BackgroundCheck(std::unique_ptr<DatabaseCheck> check, CheckPace pace);
  BackgroundCheck(const BackgroundCheck&) = delete;
  BackgroundCheck& operator=(const BackgroundCheck&) = delete;
  /// Waits for the step at hand.
  ~BackgroundCheck();

  /// Any thread.
  CheckReport report() const;

 private:
  void run();
  /// One step; true: the check has come to its end. One that throws is done again.
  bool go_on() noexcept;
  /// A fault until a step has gone well.
  void tell_stuck(const std::string& why);

  std::unique_ptr<DatabaseCheck> check_;  ///< its thread's
  CheckPace pace_;
  mutable std::mutex mutex_;  ///< of the rest
  std::condition_variable wake_;
  bool stopping_ = false;
  CheckReport report_;
  std::thread thread_;
};

}  // namespace tollgate::ledger
