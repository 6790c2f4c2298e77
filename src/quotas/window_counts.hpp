// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "tollgate/base/time_zone.hpp"
#include "tollgate/quotas/limit.hpp"
#include "tollgate/quotas/windows.hpp"

namespace tollgate::quotas {

/// What was used and is reserved of a limit in one window. Workers share it: `committed` is both,
/// and decides; `used` is what was settled. Numbers are units (use.hpp).
class alignas(64) WindowCount {
 public:
  /// False, and nothing taken: it does not fit.
  bool take(std::int64_t units);
  /// The same with another bound than what is left.
  bool take_within(std::int64_t units, std::int64_t most);
  /// Whatever the amount; below 0 gives back.
  void reserve(std::int64_t units);
  /// What was reserved has become what was used. True: that has reached the next warning.
  bool settle(std::int64_t reserved, std::int64_t used);

  std::int64_t committed() const { return committed_.load(); }
  std::int64_t used() const { return used_.load(); }
  std::int64_t amount() const { return amount_.load(std::memory_order_relaxed); }
  std::int64_t extra() const { return extra_.load(std::memory_order_relaxed); }
  Window window() const;
  /// What other processes have of it, as it was last seen.
  std::int64_t elsewhere() const { return elsewhere_.load(std::memory_order_relaxed); }
  void see(std::int64_t elsewhere);
  /// How much this process may have while nobody can be asked: what it had when the others were
  /// last seen, and its part of what was left.
  std::int64_t share(std::int64_t processes) const;

 private:
  friend class WindowCounts;

  std::atomic<std::int64_t> committed_{0};
  std::atomic<std::int64_t> used_{0};
  std::atomic<std::int64_t> amount_{0};
  std::atomic<std::int64_t> extra_{0};  ///< of the amount: added by operators, here
  std::atomic<std::int64_t> elsewhere_{0};
  std::atomic<std::int64_t> own_then_{0};  ///< committed when the others were last seen
  std::atomic<std::int64_t> warn_at_{0};   ///< the next warning, in units
  std::atomic<std::int64_t> begin_{0};     ///< microseconds since 1970, as the end
  std::atomic<std::int64_t> end_{0};
  /// How many have entered it and not left: while there are any it is this window and no other.
  std::atomic<std::int64_t> open_{0};
  // Under the owner's mutex:
  std::int64_t told_ = 0;  ///< the highest percentage that was warned of
};

/// What the configuration says of a limit's windows, in units.
struct WindowTerms {
  Period period = Period::month;
  std::int64_t amount = 0;
  std::vector<TopUp> top_ups;
  std::vector<std::int64_t> warn_at;  ///< percent
  TimeZone zone;
};

/// A percentage that was reached.
struct Crossing {
  std::int64_t percent = 0;
  std::int64_t used = 0;
  std::int64_t amount = 0;
  Window window;
};

/// The windows of one limit. Whoever takes of one enters it and leaves it once that is settled; a
/// window that is over and that nobody is in is made into the next one, but for the last, in which
/// late uses still count: so there are as many as are in use at once, and none is ever freed.
class WindowCounts {
 public:
  /// True: nothing is used any more, for windows have other borders now.
  bool change(WindowTerms terms, UtcTime now);
  /// Nothing is used any more. What is reserved is settled where it was, and decides nothing.
  void clear();

  /// The window of now. No mutex but when it has just begun.
  WindowCount& enter(UtcTime now);
  /// The window of an earlier time, or now's; null: it is over, and was made into another one.
  WindowCount* enter_at(UtcTime time, UtcTime now);
  static void leave(WindowCount& window) { window.open_.fetch_sub(1); }
  /// Each window that it knows, within it. Whoever is asked enters and leaves none.
  void for_each(const std::function<void(WindowCount&)>& use);

  /// The percentages that have been reached and not told. For whoever is in the window.
  std::vector<Crossing> cross(WindowCount& window);
  void top_up(std::int64_t units, UtcTime now);
  std::int64_t used(UtcTime now);
  /// So much less is used, at most all that is, unless it is of others as well (`of_all`): then
  /// what is used here may be below 0. What it warned of may be warned of again.
  void forgive(std::int64_t units, bool of_all, UtcTime now);
  void reset(UtcTime now);
  /// How many were ever needed at once.
  std::size_t size() const;

 private:
  WindowCount* find(std::int64_t at);
  WindowCount& make(UtcTime time);
  WindowCount& unused(std::int64_t begin);
  WindowCount& turn(UtcTime now);
  void set_amount(WindowCount& window);
  std::int64_t next_warning(const WindowCount& window) const;

  std::atomic<WindowCount*> current_{nullptr};
  mutable std::mutex mutex_;
  WindowTerms terms_;
  std::deque<WindowCount> windows_;
};

}  // namespace tollgate::quotas
