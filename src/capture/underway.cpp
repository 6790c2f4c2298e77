// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "underway.hpp"

namespace tollgate::capture {

bool Underway::contains(const Uuid& record) const {
  const std::lock_guard lock(mutex_);
  return records_.contains(record);
}

void Underway::when_empty(std::function<void()> then) {
  {
    const std::lock_guard lock(mutex_);
    if (!records_.empty() || !then) {
      then_ = std::move(then);
      return;
    }
  }
  then();
}

void Underway::enter(const Uuid& record) {
  const std::lock_guard lock(mutex_);
  records_.insert(record);
}

void Underway::leave(const Uuid& record) noexcept {
  std::function<void()> then;
  {
    const std::lock_guard lock(mutex_);
    records_.erase(records_.find(record));
    if (records_.empty()) then = std::exchange(then_, nullptr);
  }
  try {
    if (then) then();
  } catch (...) {  // no memory: who waits has its patience
  }
}

}  // namespace tollgate::capture
