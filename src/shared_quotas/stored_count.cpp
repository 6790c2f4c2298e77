// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "stored_count.hpp"

#include <algorithm>

#include "names.hpp"

namespace tollgate::shared_quotas {
namespace {

/// Longer than a reservation may be parked (28 hours): late uses find their window.
constexpr std::chrono::hours kLate{30};
constexpr std::int64_t kShortly = 600;
constexpr std::int64_t kMinute = 60;

}  // namespace

StoredCount::StoredCount(std::string name, const quotas::LimitKey& key,
                         const std::optional<quotas::Window>& window, unsigned workers)
    : name_(std::move(name)), key_(&key), window_(window), claims_(workers) {}

CountKind StoredCount::kind() const {
  if (window_) return CountKind::window;
  return key_->period == quotas::Period::minute ? CountKind::rate : CountKind::in_flight;
}

std::int64_t StoredCount::granted() const {
  std::int64_t out = 0;
  for (const Claim& claim : claims_) out += claim.granted();
  return out;
}

std::int64_t StoredCount::taken() const {
  std::int64_t out = 0;
  for (const Claim& claim : claims_) out += claim.taken();
  return out;
}

std::int64_t StoredCount::kept_for(UtcTime now) const {
  if (window_) {
    const auto left = std::chrono::ceil<seconds>(window_->end - now + kLate).count();
    return std::max<std::int64_t>(left, kShortly);
  }
  if (per_minute() <= 0) return kMinute * kMinute;
  return (amount() / per_minute() + 1) * kMinute + kShortly;
}

bool StoredCount::is_over(UtcTime now) const { return window_ && window_->end + kLate < now; }

std::shared_ptr<StoredCount> StoredCounts::of(const quotas::LimitKey& key,
                                              const std::optional<quotas::Window>& window) {
  const std::lock_guard lock(mutex_);
  auto& count = counts_[{&key, window ? window->begin : UtcTime()}];
  if (!count) {
    count = std::make_shared<StoredCount>(count_name(prefix_, key, window), key, window,
                                          process_.workers);
  }
  return count;
}

std::vector<std::shared_ptr<StoredCount>> StoredCounts::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<StoredCount>> out;
  out.reserve(counts_.size());
  for (const auto& [key, count] : counts_) out.push_back(count);
  return out;
}

void StoredCounts::forget_old(UtcTime now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(counts_, [&](const auto& entry) { return entry.second->is_over(now); });
}

}  // namespace tollgate::shared_quotas
