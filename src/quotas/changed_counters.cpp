// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "changed_counters.hpp"

#include <exception>
#include <utility>

namespace tollgate::quotas {

void ChangedCounters::listen(std::function<void()> changed) {
  const std::lock_guard lock(mutex_);
  changed_ = std::move(changed);
}

void ChangedCounters::add(Counter& counter) noexcept {
  const std::lock_guard lock(mutex_);
  const bool first = counters_.empty() && !all_;
  try {
    counters_.push_back(&counter);
  } catch (const std::exception&) {
    all_ = true;
  }
  if (first && changed_) changed_();
}

ChangedCounters::Taken ChangedCounters::take() {
  const std::lock_guard lock(mutex_);
  return {std::exchange(counters_, {}), std::exchange(all_, false)};
}

}  // namespace tollgate::quotas
