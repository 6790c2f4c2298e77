// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "background_check.hpp"

#include <utility>

namespace tollgate::ledger {

BackgroundCheck::BackgroundCheck(Database database, CheckPace pace)
    : check_(std::move(database)), pace_(pace), thread_([this] { run(); }) {}

BackgroundCheck::~BackgroundCheck() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

CheckReport BackgroundCheck::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

void BackgroundCheck::run() {
  milliseconds wait = pace_.pause;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, wait, [this] { return stopping_; })) return;
    }
    wait = check_.step(std::chrono::system_clock::now()) ? pace_.every : pace_.pause;
    const std::lock_guard lock(mutex_);
    report_ = check_.report();
  }
}

}  // namespace tollgate::ledger
