// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <vector>

namespace tollgate::quotas {

class Counter;

/// The counters of which more or less was taken since somebody last asked. Thread-safe.
class ChangedCounters {
 public:
  void listen(std::function<void()> changed);
  void add(Counter& counter) noexcept;
  /// All of them at once where it is not known which.
  struct Taken {
    std::vector<Counter*> counters;
    bool all = false;
  };
  Taken take();

 private:
  std::mutex mutex_;
  std::function<void()> changed_;
  std::vector<Counter*> counters_;
  bool all_ = false;
};

}  // namespace tollgate::quotas
