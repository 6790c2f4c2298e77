// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/routing/fair_health.hpp"
#include "tollgate/routing/retry_budget.hpp"
#include "tollgate/routing/route.hpp"

namespace tollgate::routing {

class TargetBoard;

/// A request's stay at a target, from the choice to the end of the exchange: it is pending for as
/// long as the lease lives, streams included. A lease that ends without a report says nothing of
/// the target. The board and the configuration that the candidate points into must outlive it.
class Lease {
 public:
  struct Start {
    SteadyTime begun;
    FairHealth::Probe probe;
    ClientKey client = 0;
  };

  Lease(TargetBoard& board, const Candidate& candidate, Start start);
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  const Candidate& candidate() const { return candidate_; }
  bool probe() const { return start_.probe.shared; }

  /// What the target's answer tells of it, as soon as it is known. A second report is right when an
  /// answer that began well breaks off: it counts as one more, failed. `credential_refused`: the
  /// gateway's own. What it made known is to be logged by whoever reports it: nobody else is told.
  std::optional<TargetNews> report(Signal signal, std::optional<milliseconds> wait, SteadyTime now,
                                   bool credential_refused = false);

 private:
  void end();

  TargetBoard* board_ = nullptr;
  Candidate candidate_;
  Start start_;
  bool reported_ = false;
};

/// Why no target was chosen, as an answer to the client: at once, with the smallest wait that is
/// true.
struct Unserved {
  int status = 503;  ///< 429: every target is throttled; 503 otherwise
  milliseconds retry_after{0};
};

/// What a target's attempts came to since start.
struct TargetCounts {
  std::uint64_t attempts = 0;   ///< leases
  std::uint64_t throttled = 0;  ///< ended with a 429
  std::uint64_t failed = 0;     ///< failures, answers that broke off included
  std::uint64_t rests_throttled = 0;
  std::uint64_t rests_failing = 0;
};

/// One target as the admin's pages and metrics show it.
struct TargetStatus {
  std::string backend;
  std::string endpoint;  ///< the backend's
  std::string deployment;
  TargetCounts counts;
  TargetHealth::Condition condition = TargetHealth::Condition::serving;
  TargetHealth::Cause cause = TargetHealth::Cause::throttled;
  milliseconds available_in{0};
  std::uint32_t pending = 0;
  std::size_t clients_in_trouble = 0;  ///< for whom alone it rests
  bool credential_refused = false;     ///< the gateway's own, and nothing has succeeded since
};

/// What the retry budget has granted and refused since start.
struct BudgetCounts {
  std::uint64_t retries = 0;
  std::uint64_t refused = 0;
};

/// The health of every target and the gateway's retry budget: the one thing on a request's way that
/// workers share and change. A refusal that one worker met spares all others theirs, a probe is one
/// for the whole gateway. Hence one mutex, taken once to choose and lease a target, once to report,
/// once to end: it guards a few dozen instructions without I/O or allocation. Atomics would need a
/// compound of half a dozen words to change together, and exactly one probe could not be had from
/// them more cheaply.
///
/// Lives as long as the gateway, across configurations: a target is known by its backend's name and
/// endpoint and its deployment, so a reload changes nothing for those that stay. Targets are never
/// removed; there are as many as any configuration since start has named. Thread-safe; outlives all
/// leases.
class TargetBoard {
 public:
  explicit TargetBoard(const config::RetryBudget& settings) : budget_(settings) {}
  TargetBoard(const TargetBoard&) = delete;
  TargetBoard& operator=(const TargetBoard&) = delete;

  /// The number of a target (Candidate::target); new targets begin healthy.
  std::size_t enroll(const config::Backend& backend, std::string_view deployment);
  void change_budget(const config::RetryBudget& settings);

  /// Chooses a target by pick() and leases it. `tried` are the targets (not candidates: two may
  /// share one) that this request has been at: if there are any, it is a retry and takes one from
  /// the budget. A target that rests for this client alone is chosen when nothing else is there for
  /// a first attempt: better a client's own errors than none of its requests served. nullopt: none
  /// is usable, or the budget is spent.
  std::optional<Lease> lease(std::span<const Candidate> candidates,
                             std::span<const std::size_t> tried, SteadyTime now,
                             std::uint64_t random, ClientKey client = 0);

  /// What to answer when lease() found nothing for a first attempt.
  Unserved unserved(std::span<const Candidate> candidates, SteadyTime now) const;

  /// Whether any of the candidates could be leased now: a model's readiness.
  bool usable(std::span<const Candidate> candidates, SteadyTime now) const;
  /// All targets in the order of their numbers.
  std::vector<TargetStatus> statuses(SteadyTime now) const;
  BudgetCounts budget_counts() const;

 private:
  friend class Lease;
  struct Entry {
    std::string backend;
    std::string endpoint;
    std::string deployment;
    FairHealth health;
    TargetCounts counts{};
    bool credential_refused = false;
  };

  bool withdraw(SteadyTime now);
  std::optional<std::size_t> choose(std::span<const Candidate> candidates,
                                    std::span<const std::size_t> tried, SteadyTime now,
                                    std::uint64_t random, ClientKey client) const;
  std::optional<TargetNews> report(const Candidate& candidate, const FairHealth::Report& report,
                                   bool credential_refused, SteadyTime now);
  void end(const Candidate& candidate);

  mutable std::mutex mutex_;
  std::vector<Entry> targets_;
  RetryBudget budget_;
  BudgetCounts budget_counts_;
};

}  // namespace tollgate::routing
