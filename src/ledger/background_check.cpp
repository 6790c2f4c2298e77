// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "background_check.hpp"

#include <utility>

#include "thrown.hpp"

namespace tollgate::ledger {

namespace {

constexpr const char* kStuck = "the check of the database does not get on: ";

}  // namespace

BackgroundCheck::BackgroundCheck(std::unique_ptr<DatabaseCheck> check, CheckPace pace)
    : check_(std::move(check)),
      pace_(pace),
      report_(check_->report()),
      thread_([this] { run(); }) {}

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
    wait = go_on() ? pace_.every : pace_.pause;
  }
}

bool BackgroundCheck::go_on() noexcept {
  bool over = false;
  const std::string thrown = thrown_by([&] {
    over = check_->step(std::chrono::system_clock::now());
    CheckReport report = check_->report();
    const std::lock_guard lock(mutex_);
    report_ = std::move(report);
  });
  if (!thrown.empty()) (void)thrown_by([&] { tell_stuck(thrown); });
  return over;
}

void BackgroundCheck::tell_stuck(const std::string& why) {
  std::string line = kStuck + why;
  const std::lock_guard lock(mutex_);
  std::vector<std::string>& faults = report_.faults;
  if (!faults.empty() && faults.back().starts_with(kStuck)) faults.pop_back();
  faults.push_back(std::move(line));
}

}  // namespace tollgate::ledger
