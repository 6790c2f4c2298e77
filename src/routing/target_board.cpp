// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/target_board.hpp"

#include <algorithm>
#include <utility>

#include <boost/container/small_vector.hpp>

#include "tollgate/routing/picker.hpp"

namespace tollgate::routing {
namespace {

/// As many candidates as a route usually has are looked at without allocation.
using Standings = boost::container::small_vector<Standing, 8>;

bool contains(std::span<const std::size_t> targets, std::size_t target) {
  return std::find(targets.begin(), targets.end(), target) != targets.end();
}

milliseconds wait_until(SteadyTime time, SteadyTime now) {
  return std::chrono::ceil<milliseconds>(time - now);
}

}  // namespace

Lease::Lease(TargetBoard& board, const Candidate& candidate, Start start)
    : board_(&board), candidate_(candidate), start_(start) {}

Lease::Lease(Lease&& other) noexcept
    : board_(std::exchange(other.board_, nullptr)),
      candidate_(other.candidate_),
      start_(other.start_),
      reported_(other.reported_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    end();
    board_ = std::exchange(other.board_, nullptr);
    candidate_ = other.candidate_;
    start_ = other.start_;
    reported_ = other.reported_;
  }
  return *this;
}

Lease::~Lease() { end(); }

std::optional<TargetNews> Lease::report(Signal signal, std::optional<milliseconds> wait,
                                        SteadyTime now, bool credential_refused) {
  // Only the first word of a probe is the probe's.
  const FairHealth::Probe probe = reported_ ? FairHealth::Probe{} : start_.probe;
  reported_ = true;
  return board_->report(candidate_, {signal, wait, start_.begun, probe, start_.client},
                        credential_refused, now);
}

void Lease::end() {
  if (board_ == nullptr) return;
  // Any time will do: an abandoned probe leaves its target due for the next one at once.
  const bool probe = start_.probe.shared || start_.probe.own;
  if (probe && !reported_) report(Signal::none, std::nullopt, SteadyTime::min());
  std::exchange(board_, nullptr)->end(candidate_);
}

std::size_t TargetBoard::enroll(const config::Backend& backend, std::string_view deployment) {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(targets_.begin(), targets_.end(), [&](const Entry& entry) {
    return entry.backend == backend.name && entry.endpoint == backend.endpoint &&
           entry.deployment == deployment;
  });
  if (known != targets_.end()) return static_cast<std::size_t>(known - targets_.begin());
  targets_.push_back({backend.name, backend.endpoint, std::string(deployment), {}, {}, false});
  return targets_.size() - 1;
}

void TargetBoard::change_budget(const config::RetryBudget& settings) {
  const std::lock_guard lock(mutex_);
  budget_.change(settings);
}

std::optional<std::size_t> TargetBoard::choose(std::span<const Candidate> candidates,
                                               std::span<const std::size_t> tried, SteadyTime now,
                                               std::uint64_t random, ClientKey client) const {
  Standings for_client;
  Standings for_all;
  for (const Candidate& candidate : candidates) {
    const FairHealth& health = targets_[candidate.target].health;
    const bool untried = !contains(tried, candidate.target);
    const std::uint32_t pending = health.shared().pending();
    for_client.push_back({untried && health.admits(client, now), pending});
    for_all.push_back({untried && health.shared().admits(now), pending});
  }
  const auto chosen = pick(candidates, {for_client.data(), for_client.size()}, random);
  if (chosen || !tried.empty()) return chosen;
  return pick(candidates, {for_all.data(), for_all.size()}, random);
}

std::optional<Lease> TargetBoard::lease(std::span<const Candidate> candidates,
                                        std::span<const std::size_t> tried, SteadyTime now,
                                        std::uint64_t random, ClientKey client) {
  const std::lock_guard lock(mutex_);
  const auto chosen = choose(candidates, tried, now, random, client);
  if (!chosen) return std::nullopt;
  if (tried.empty()) {
    budget_.on_request(now);
  } else if (!withdraw(now)) {
    return std::nullopt;
  }
  const Candidate& candidate = candidates[*chosen];
  Entry& entry = targets_[candidate.target];
  ++entry.counts.attempts;
  const FairHealth::Probe probe = entry.health.begin(client, now, candidate.backend->breaker);
  return Lease(*this, candidate, {now, probe, client});
}

bool TargetBoard::withdraw(SteadyTime now) {
  const bool granted = budget_.withdraw(now);
  ++(granted ? budget_counts_.retries : budget_counts_.refused);
  return granted;
}

std::optional<TargetNews> TargetBoard::report(const Candidate& candidate,
                                              const FairHealth::Report& report,
                                              bool credential_refused, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Entry& entry = targets_[candidate.target];
  if (report.signal == Signal::throttled) ++entry.counts.throttled;
  const bool failed = report.signal == Signal::failure || report.signal == Signal::failed_request;
  if (failed) ++entry.counts.failed;
  if (credential_refused || report.signal == Signal::success)
    entry.credential_refused = credential_refused;
  return entry.health.report(report, candidate.backend->breaker, now);
}

void TargetBoard::end(const Candidate& candidate) {
  const std::lock_guard lock(mutex_);
  targets_[candidate.target].health.end();
}

Unserved TargetBoard::unserved(std::span<const Candidate> candidates, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  Unserved out{429, milliseconds::max()};
  for (const Candidate& candidate : candidates) {
    const TargetHealth& health = targets_[candidate.target].health.shared();
    out.retry_after = std::min(out.retry_after, wait_until(health.available_at(now), now));
    const bool throttled = health.condition() != TargetHealth::Condition::serving &&
                           health.cause() == TargetHealth::Cause::throttled;
    if (!throttled) out.status = 503;
  }
  return out;
}

bool TargetBoard::usable(std::span<const Candidate> candidates, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
    return targets_[candidate.target].health.shared().admits(now);
  });
}

std::vector<TargetStatus> TargetBoard::statuses(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  std::vector<TargetStatus> out;
  for (const Entry& entry : targets_) {
    const TargetHealth& health = entry.health.shared();
    TargetCounts counts = entry.counts;
    counts.rests_throttled = health.rests(TargetHealth::Cause::throttled);
    counts.rests_failing = health.rests(TargetHealth::Cause::failing);
    out.push_back({entry.backend, entry.endpoint, entry.deployment, counts, health.condition(),
                   health.cause(), wait_until(health.available_at(now), now), health.pending(),
                   entry.health.clients_in_trouble(now), entry.credential_refused});
  }
  return out;
}

BudgetCounts TargetBoard::budget_counts() const {
  const std::lock_guard lock(mutex_);
  return budget_counts_;
}

}  // namespace tollgate::routing
