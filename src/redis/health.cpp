// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redis/health.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/telemetry/log.hpp"

namespace tollgate::redis {

std::string_view to_string(Health::State state) {
  switch (state) {
    case Health::State::connecting:
      return "connecting";
    case Health::State::ready:
      return "ready";
    case Health::State::down:
      break;
  }
  return "down";
}

Health::Health(std::size_t threads, std::string endpoint)
    : endpoint_(std::move(endpoint)), threads_(threads, State::connecting) {}

Health::Status Health::status_locked() const {
  Status out{State::ready, 0, threads_.size(), {}};
  for (const State state : threads_) {
    if (state == State::ready) ++out.ready;
    if (state == State::connecting && out.state == State::ready) out.state = state;
    if (state == State::down) out.state = state;
  }
  if (out.state == State::down) out.why = why_;
  return out;
}

Health::Status Health::status() const {
  const std::lock_guard lock(mutex_);
  return status_locked();
}

bool Health::tell(std::size_t thread, State state, std::string_view why, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  threads_.at(thread) = state;
  if (state == State::down) why_ = why;
  const State all = status_locked().state;
  if (all == State::connecting || all == logged_) return false;
  if (all == State::down && told_at_ != SteadyTime() && now < told_at_ + kTellEvery) return false;
  logged_ = all;
  if (all == State::ready) {
    telemetry::log::info("store.ready", {{"store", endpoint_}});
    return true;
  }
  told_at_ = now;
  telemetry::log::warn("store.down", {{"store", endpoint_}, {"detail", why_}});
  return true;
}

void Health::tell_eviction(std::string_view policy) {
  const std::lock_guard lock(mutex_);
  if (eviction_ == policy) return;
  eviction_ = policy;
  if (eviction_.empty()) return;
  telemetry::log::error("store.evicts", {{"store", endpoint_}, {"maxmemory_policy", eviction_}});
}

std::vector<std::string> Health::problems() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  const Status now = status_locked();
  if (now.state == State::down)
    out.push_back("store " + endpoint_ + ": " + std::to_string(now.threads - now.ready) + " of " +
                  std::to_string(now.threads) + " threads cannot call it; " + now.why);
  if (!eviction_.empty())
    out.push_back("store " + endpoint_ + ": maxmemory-policy is " + eviction_ +
                  ", by which it may throw away what is counted; noeviction is needed");
  return out;
}

}  // namespace tollgate::redis
