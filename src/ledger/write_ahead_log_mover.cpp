// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "write_ahead_log_mover.hpp"

#include <utility>

#include "thrown.hpp"

namespace tollgate::ledger {
namespace {

/// The pages at which a commit moves them (RecordStore::keep_write_ahead_log_small()).
constexpr std::int64_t kLeftToCommits = 1'000;

}  // namespace

WriteAheadLogMover::WriteAheadLogMover(Pass pass, milliseconds pause)
    : pass_(std::move(pass)), pause_(pause), thread_([this] { run(); }) {}

WriteAheadLogMover::~WriteAheadLogMover() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

WriteAheadLogMover::State WriteAheadLogMover::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void WriteAheadLogMover::run() {
  while (!go_on()) {
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, pause_, [this] { return stopping_; })) return;
  }
}

bool WriteAheadLogMover::go_on() noexcept {
  State now;
  std::string thrown = thrown_by([&] {
    const auto left = pass_();
    if (!left) now.problem = left.error().message;
    now.moved = left && *left && **left <= kLeftToCommits;
  });
  if (!thrown.empty()) now = {false, std::move(thrown)};
  const bool moved = now.moved;
  const std::lock_guard lock(mutex_);
  state_ = std::move(now);
  return moved;
}

}  // namespace tollgate::ledger
