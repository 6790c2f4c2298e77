// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "claim.hpp"
#include "tollgate/quotas/elsewhere.hpp"
#include "tollgate/shared_quotas/process.hpp"

namespace tollgate::shared_quotas {

/// How a count behaves in the store; the scripts' word.
enum class CountKind : char { window = 'w', rate = 'r', in_flight = 'f' };

/// A limit's count in the store, in one window, with what this process claims of it.
class StoredCount {
 public:
  StoredCount(std::string name, const quotas::LimitKey& key,
              const std::optional<quotas::Window>& window, unsigned workers);

  const std::string& name() const { return name_; }
  const quotas::LimitKey& key() const { return *key_; }
  const std::optional<quotas::Window>& window() const { return window_; }
  CountKind kind() const;
  Claim& claim(unsigned worker) { return claims_.at(worker); }
  unsigned workers() const { return static_cast<unsigned>(claims_.size()); }

  /// Of all workers.
  std::int64_t granted() const;
  std::int64_t taken() const;
  /// Granted and not taken: what the others cannot have meanwhile.
  std::int64_t ahead() const { return granted() - taken(); }

  /// What the store knows that the process has beside what its workers were granted; below 0 where
  /// less was used than they took.
  std::int64_t settled() const { return settled_.load(); }
  void know_settled(std::int64_t units) { settled_ = units; }

  /// As the configuration has the limit by now: of a minute the burst, and how much flows off.
  void know_terms(std::int64_t amount, std::int64_t per_minute) {
    amount_ = amount;
    per_minute_ = per_minute;
  }
  std::int64_t amount() const { return amount_.load(std::memory_order_relaxed); }
  std::int64_t per_minute() const { return per_minute_.load(std::memory_order_relaxed); }

  /// How long its key is kept, in seconds.
  std::int64_t kept_for(UtcTime now) const;
  /// Nobody takes or settles anything of it any more.
  bool is_over(UtcTime now) const;

 private:
  std::string name_;
  const quotas::LimitKey* key_;
  std::optional<quotas::Window> window_;
  std::vector<Claim> claims_;
  std::atomic<std::int64_t> amount_{0};
  std::atomic<std::int64_t> per_minute_{0};
  std::atomic<std::int64_t> settled_{0};
};

/// All counts that this process has to do with. Thread-safe.
class StoredCounts {
 public:
  /// `prefix`: what all keys begin with.
  StoredCounts(std::string prefix, Process process)
      : prefix_(std::move(prefix)), process_(std::move(process)) {}

  const std::string& prefix() const { return prefix_; }
  const Process& process() const { return process_; }
  /// `key` is the quotas' own.
  std::shared_ptr<StoredCount> of(const quotas::LimitKey& key,
                                  const std::optional<quotas::Window>& window);
  std::vector<std::shared_ptr<StoredCount>> all() const;
  void forget_old(UtcTime now);

 private:
  using Key = std::pair<const quotas::LimitKey*, UtcTime>;

  const std::string prefix_;
  const Process process_;
  mutable std::mutex mutex_;
  std::map<Key, std::shared_ptr<StoredCount>> counts_;
};

}  // namespace tollgate::shared_quotas
