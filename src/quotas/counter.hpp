// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "changed_counters.hpp"
#include "rate.hpp"
#include "tollgate/quotas/elsewhere.hpp"
#include "tollgate/quotas/quota_state.hpp"
#include "window_counts.hpp"

namespace tollgate::quotas {

/// What was used of one limit, and what its rule says now. Requests change `Rate`, `WindowCounts`
/// or the number in flight, whichever the limit is of; all else is the configuration's and whoever
/// looks. Numbers are units (use.hpp), but those of LimitState and the like.
class Counter {
 public:
  explicit Counter(LimitKey key) : key_(std::move(key)) {}

  const LimitKey& key() const { return key_; }
  std::shared_ptr<const Rule> rule() const;
  /// True: it has windows, and nothing is used in them.
  bool apply(const Rule& rule, const TimeZone& zone, Moment now);
  /// It limits and counts nothing until it is applied again.
  void retire() { active_ = false; }
  bool active() const { return active_; }
  bool has_windows() const;
  /// How many it ever needed at once.
  std::size_t windows() const { return windows_.size(); }

  /// Whether what was used of it is not known, for the ledger could not be read (Quotas::hold).
  bool held() const { return held_.load(std::memory_order_relaxed); }
  /// True: it was not so before.
  bool hold(bool held) { return held_.exchange(held) != held; }

  /// Whether it has a say.
  bool limits(Moment now) const;
  bool enforces() const { return mode_.load(std::memory_order_relaxed) == Mode::enforce; }
  bool cuts() const { return enforces() && cuts_.load(std::memory_order_relaxed); }
  std::optional<std::int64_t> units(const Demand& demand) const;
  std::optional<std::int64_t> units(const Use& use) const;

  /// Takes of it, for the hold to be undone or settled. False, and nothing taken: it refuses.
  bool take(std::optional<std::int64_t> units, Moment now, Hold& hold);
  /// More for the same hold. False, and nothing taken: it has no more, and cuts answers.
  bool extend(Hold& hold, std::int64_t units, Moment now);
  void undo_extension(Hold& hold, std::int64_t units, Moment now);
  /// As though it had never been taken.
  void release(Hold& hold, Moment now);
  /// nullopt: as it was reserved.
  void settle(Hold& hold, std::optional<std::int64_t> used, Moment now);
  /// The same, without any change of what flows off.
  void settle_as_reserved(Hold& hold);
  /// Without a hold, in the window of that time; of a rate, now.
  void charge(std::int64_t used, UtcTime accepted_at, Moment now);

  /// Why it refuses so much (nullopt: without a price); nullopt: it does not. `surely`: it did.
  std::optional<Exceeded> examine(std::optional<std::int64_t> units, bool surely, Moment now);
  void count_shadow_hit() { shadow_hits_.fetch_add(1, std::memory_order_relaxed); }
  void count_refusal(const std::string& client, const std::string& model, Exceeded::Kind kind,
                     Moment now);

  // What a store decides that several processes share (elsewhere.hpp); counter_elsewhere.cpp.
  /// From now on every change of what was taken is told there.
  void tell(ChangedCounters& changes) { changes_ = &changes; }
  bool is_shared() const { return changes_.load(std::memory_order_relaxed) != nullptr; }
  Asked asked(const Demand& demand, Moment now);
  /// Takes what was decided elsewhere. False, and nothing taken: this process's share has no more.
  bool take_ruled(const Asked& asked, Ruling ruling, std::int64_t processes, Moment now,
                  Hold& hold);
  void see(const std::optional<Window>& window, const Seen& seen, Moment now);
  /// Why it refuses what was asked, by what was seen.
  Exceeded refusal_of(const Asked& asked, const Seen& seen, Moment now) const;
  /// What this process has of it; said anew from now on when it changes.
  void own(std::vector<OwnUse>& out, Moment now);

  void top_up(std::int64_t amount, Moment now);
  std::int64_t used_in_window(Moment now);
  void forgive(std::int64_t units, Moment now);
  void reset(Moment now);
  LimitState state(Moment now);
  /// nullopt: it is of requests in flight.
  std::optional<Room> room(Moment now);
  void take_warnings(std::vector<Warning>& out);
  void take_refusals(std::vector<RefusalCount>& out);

 private:
  /// What was taken has changed.
  void note_change() noexcept;
  bool take_in_flight(std::int64_t units, std::int64_t most);
  bool take_ruled_in_window(const Asked& asked, Ruling ruling, std::int64_t processes, Moment now,
                            Hold& hold);
  void settle_share(std::int64_t reserved, std::int64_t used, Moment now);
  bool take_share(std::int64_t units, std::int64_t processes, Moment now, Hold& hold);
  std::int64_t elsewhere(std::int64_t own, Moment now) const;
  bool take_in_window(std::int64_t units, bool unpriced, Moment now, Hold& hold);
  void settle_in_window(WindowCount& window, std::int64_t reserved, std::int64_t used);
  void warn(WindowCount& window) noexcept;
  /// In units.
  struct Numbers {
    std::int64_t used = 0;
    std::int64_t reserved = 0;
    std::int64_t amount = 0;
    std::optional<Window> window;
    std::int64_t elsewhere = 0;

    std::int64_t left() const { return amount - used - reserved - elsewhere; }
  };
  Numbers numbers(Moment now);
  Exceeded refusal(const Numbers& numbers, std::optional<std::int64_t> units, Moment now) const;
  std::int64_t amount_of(std::int64_t units) const;
  std::int64_t amount_of_used(std::int64_t units) const;

  const LimitKey key_;
  // Of the rule, as requests read it; two of them may be of different configurations for a moment.
  std::atomic<bool> active_{false};
  std::atomic<Mode> mode_{Mode::enforce};
  std::atomic<bool> cuts_{false};
  std::atomic<OnStoreFailure> on_failure_{OnStoreFailure::local};
  std::atomic<bool> strict_{false};
  std::atomic<bool> held_{false};
  std::atomic<std::int64_t> until_{0};  ///< microseconds since 1970
  std::atomic<std::int64_t> most_in_flight_{0};
  std::atomic<bool> assumes_{false};
  std::atomic<std::int64_t> assumed_prompt_{0};
  std::atomic<std::int64_t> assumed_completion_{0};

  alignas(64) Rate rate_;
  alignas(64) std::atomic<std::int64_t> in_flight_{0};
  alignas(64) WindowCounts windows_;
  /// Of a minute and in flight, as a store had it.
  std::atomic<std::int64_t> seen_{0};
  std::atomic<std::int64_t> seen_at_{0};  ///< nanoseconds of the clock that only goes on
  std::atomic<ChangedCounters*> changes_{nullptr};
  std::atomic<bool> changed_{false};
  std::atomic<std::uint64_t> refusals_{0};
  std::atomic<std::uint64_t> shadow_hits_{0};

  mutable std::mutex mutex_;   ///< of what follows
  std::optional<Rate> share_;  ///< of a minute, while the store is away
  std::int64_t sharers_ = 0;
  std::shared_ptr<const Rule> rule_;
  std::vector<Warning> warnings_;
  /// By minute, client, model and kind.
  std::map<std::tuple<UtcTime, std::string, std::string, Exceeded::Kind>, std::uint64_t> refused_;
};

}  // namespace tollgate::quotas
