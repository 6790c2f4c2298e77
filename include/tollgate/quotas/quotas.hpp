// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/base/uuid.hpp"
#include "tollgate/quotas/elsewhere.hpp"
#include "tollgate/quotas/learned_output.hpp"
#include "tollgate/quotas/quota_state.hpp"
#include "tollgate/quotas/reservation.hpp"

namespace tollgate::quotas {

/// The limits that a request of one client for one model meets, or an attempt at one deployment:
/// found once for each generation of the configuration, so that requests look no name up. A value;
/// Quotas outlives it.
class LimitSet {
 public:
  bool empty() const { return counters_.empty(); }
  /// Whether a Demand must say something of these: without, its 0 is as good.
  bool counts_tokens() const { return tokens_; }
  bool counts_cost() const { return cost_; }
  /// Whether a limit cuts answers: whoever relays them calls Reservation::extend.
  bool cuts() const { return cuts_; }
  /// How long the client's answers of the model are: for requests that cap none. Null: of a
  /// deployment, or no limit counts tokens or cost.
  LearnedOutput* output() const { return output_; }

 private:
  friend class Quotas;
  std::vector<Counter*> counters_;
  std::string client_;  ///< for the counts of refusals, as the next; empty: of a deployment
  std::string model_;
  bool tokens_ = false;
  bool cost_ = false;
  bool cuts_ = false;
  LearnedOutput* output_ = nullptr;
};

/// Either a reservation or why there is none.
// NOLINTNEXTLINE(bugprone-exception-escape): moving a reservation throws nothing.
struct Reserved {
  Reservation reservation;
  std::optional<Exceeded> exceeded;
};

/// The counters of one gateway's limits. On a request's way workers share nothing but atomics: one
/// word of a rate, three of a window; a mutex is taken where a window begins, where something is
/// refused, and by whoever looks. Lives as long as the process: a new configuration changes limits
/// and keeps what was used of those whose LimitKey stays. Counters are never removed; there are as
/// many as any configuration since start has named. Thread-safe but for apply(); outlives all
/// reservations. Does no I/O (docs/adr/0220-quotas.md).
class Quotas {
 public:
  Quotas();
  Quotas(const Quotas&) = delete;
  Quotas& operator=(const Quotas&) = delete;
  ~Quotas();

  /// From now on these are the limits, for what is asked with older LimitSets as well. What is no
  /// limit any more limits and counts nothing; should it be one again, it begins anew. `rules` have
  /// no faults_of. Returns those that begin with nothing used although their window has begun: what
  /// the ledger has of records that were accepted before `now` belongs to them (restore).
  std::vector<LimitKey> apply(const std::vector<Rule>& rules, const TimeZone& zone, Moment now);

  /// What a request meets: the gateway's, its tags', its client's, and the client's for the model
  /// that it asked for.
  LimitSet limits_of(const std::string& client, const std::map<std::string, std::string>& tags,
                     const std::string& model) const;
  /// What an attempt meets: taken with its lease, and apart from the request's.
  LimitSet limits_of_deployment(const std::string& backend, const std::string& deployment) const;

  /// Takes the demand of all limits of the set or of none. Never more than a limit has left, but
  /// for those in shadow mode; while a demand that is then refused is put back, another that would
  /// have fitted may be refused too. Counts no refusal: the caller may ask again for less.
  Reserved reserve(const LimitSet& set, const Demand& demand, Moment now);
  /// The caller has refused a request for it.
  void count_refusal(const LimitSet& set, const Exceeded& exceeded, Moment now);

  // Where a store decides that several processes share, these take the place of reserve(); all else
  // counts what this process has, as ever.

  /// From now on `changed` is told when what was taken of a limit has changed, once until
  /// take_changed(); from any thread, and it throws nothing. Before there are requests.
  void share(std::function<void()> changed);
  /// What a request asks of each limit of the set that has a say, in their order: those of the
  /// client's own first.
  std::vector<Asked> asked(const LimitSet& set, const Demand& demand, Moment now) const;
  /// Takes what was decided of them. Only a share refuses: `processes` share what was left.
  Reserved reserve(const std::vector<Asked>& asked, const std::vector<Ruling>& rulings,
                   std::int64_t processes, Moment now);
  /// How a limit was seen to stand in the store.
  void see(const Asked& asked, const Seen& seen, Moment now);
  void see(const OwnUse& own, const Seen& seen, Moment now);
  /// Of those that refused, the most restrictive. `refused` is not empty.
  static Exceeded worst_of(const std::vector<std::pair<Asked, Seen>>& refused, Moment now);
  /// What a limit says of which nobody can be asked.
  static Exceeded store_away(const Asked& asked, milliseconds wait);
  /// The limits of which more or less was taken since the last call; nullopt: perhaps all.
  std::optional<std::vector<const LimitKey*>> take_changed();
  /// What this process has of a limit, and of all, in each window. What changes from now on is told
  /// once more.
  std::vector<OwnUse> own_use(const LimitKey& key, Moment now) const;
  std::vector<OwnUse> own_use(Moment now) const;

  /// Counts what was used without a reservation, in the window of the time when its request was
  /// accepted; a window that is over counts no more, but for the last and those that something is
  /// reserved in. Rates count it now. `unknown` is counted of what the use does not tell. For work
  /// that ends after its answer, when a restart has left no reservation of it.
  void charge(const LimitSet& set, const Use& use, const Demand& unknown, UtcTime accepted_at,
              Moment now);

  /// Keeps a reservation for the record that will settle it, without its requests in flight. After
  /// `expires` it stays counted as reserved (expire). Several of one record are settled together.
  void park(const Uuid& record, Reservation reservation, UtcTime expires);
  /// False: none is parked, for it has been settled, expired, or was made before a restart.
  bool settle_parked(const Uuid& record, const Use& use, Moment now);
  /// Settles what has expired as it was reserved; how many.
  std::size_t expire(UtcTime now);
  std::size_t parked() const;

  /// The earliest time of which a record counts in any window that has begun: where to begin to
  /// read the ledger at a start. nullopt: no limit has windows.
  std::optional<UtcTime> restore_from(Moment now) const;
  /// Counts a record of before apply() in those of `keys`, as apply() returned them, that are of
  /// it: by use_of, in the window of its time, which rates and requests in flight have not.
  /// `unknown` is counted of what the record does not tell, as of a reservation that was never
  /// settled.
  void restore(const std::vector<LimitKey>& keys, const usage::UsageRecord& record,
               const Demand& unknown, Moment now);
  /// The same with sums, less the units (use.hpp) that an operator has forgiven of them.
  void restore(const LimitKey& key, UtcTime at, const Use& used, Moment now,
               std::int64_t forgiven = 0);

  /// What the ledger has of these is not known yet, as it cannot be read: until release() a limit
  /// of money that refuses is held_by().
  void hold(const std::vector<LimitKey>& keys);
  void release(const std::vector<LimitKey>& keys);
  /// The limit of money of the set whose window began with nothing counted, although the ledger may
  /// have something: nobody knows what is left of it. Null: there is none.
  std::shared_ptr<const Rule> held_by(const LimitSet& set, Moment now) const;

  /// Adds to the current window alone, for an operator: whoever calls it remembers it beyond the
  /// process. False: there is no such limit with windows, or the amount is not from 1 to
  /// kLargestWeightedAmount.
  bool top_up(const LimitKey& key, std::int64_t amount, Moment now);
  /// What is used in the current window, in units (use.hpp), without what is reserved; nullopt:
  /// there is no such limit with windows.
  std::optional<std::int64_t> used_units(const LimitKey& key, Moment now) const;
  /// So many units less are used in the current window, at most all that are: what is reserved
  /// stays, and so does what is used meanwhile. As top_up() otherwise.
  bool forgive(const LimitKey& key, std::int64_t units, Moment now);
  /// Nothing is used any more, but what is reserved. False: there is no such limit.
  bool reset(const LimitKey& key, Moment now);

  /// All limits of the configuration, by key.
  std::vector<LimitState> states(Moment now) const;
  /// For the x-ratelimit headers: the tightest of the limits that refuse.
  Tightest tightest(const LimitSet& set, Moment now) const;
  /// What has crossed a `warn_at` since the last call: each once a window, and once more when
  /// restore() finds it crossed.
  std::vector<Warning> take_warnings();
  /// What was refused since the last call, in the order of minutes. Kept until somebody asks.
  std::vector<RefusalCount> take_refusals();

 private:
  struct Impl;

  static std::vector<Subject> subjects_of(const std::string& client,
                                          const std::map<std::string, std::string>& tags,
                                          const std::string& model);
  LimitSet set_of(const std::vector<Subject>& subjects) const;
  /// Null: all is taken; else the limit that refuses, and nothing is.
  static const Counter* take_all(const LimitSet& set, const Demand& demand, Moment now,
                                 Reservation& out);
  /// `refused`: the limit that did refuse, perhaps only for what another has put back since.
  static Exceeded worst_of(const LimitSet& set, const Demand& demand, const Counter& refused,
                           Moment now);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tollgate::quotas
