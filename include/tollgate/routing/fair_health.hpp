// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tollgate/routing/rest_news.hpp"
#include "tollgate/routing/target_health.hpp"

namespace tollgate::routing {

/// Whose request it was; 0: nobody's in particular.
using ClientKey = std::uint64_t;

/// A target's health as its clients find it: one for all of them, and one more for each client
/// whose own requests fail there. What a request may have caused by itself (Signal::failed_request)
/// counts against the target for its client at once, and for all of them only once other clients'
/// requests fail as well: the breaker's rules are applied to what is left without the client that
/// fails most. So nobody can send a target to rest for the others, and an outage that all of them
/// meet does. A plain value like TargetHealth.
class FairHealth {
 public:
  /// What a request that begins is to the two healths.
  struct Probe {
    bool shared = false;
    bool own = false;
  };
  struct Report {
    Signal signal = Signal::none;
    std::optional<milliseconds> wait;  ///< what the answer asked for
    SteadyTime begun;                  ///< when begin() was called
    Probe probe;                       ///< what begin() said; never twice
    ClientKey client = 0;
  };

  bool admits(ClientKey client, SteadyTime now) const;

  /// A request of this client goes there, also while the target rests for this client alone. Only
  /// when shared().admits(now); each is followed by end().
  Probe begin(ClientKey client, SteadyTime now, const config::Breaker& breaker);
  /// What it made known for the log, for all clients or else for this one.
  std::optional<TargetNews> report(const Report& report, const config::Breaker& breaker,
                                   SteadyTime now);
  void end() { shared_.end(); }

  const TargetHealth& shared() const { return shared_; }
  /// For how many clients the target rests while it serves others.
  std::size_t clients_in_trouble(SteadyTime now) const;

 private:
  /// A client whose requests failed of late.
  struct Trouble {
    ClientKey client = 0;
    TargetHealth health;  ///< the target's, for this client; its pending exchanges are not counted
    SlidingWindow
        answers;  ///< to this client since its first failure; failures are the marked ones
    std::uint64_t row = 0;  ///< of the shared health, in which `in_row` failures were its own
    std::uint64_t in_row = 0;
    SteadyTime last;  ///< failure
    RestNews news;
  };

  const Trouble* find(ClientKey client) const;
  Trouble& trouble_of(ClientKey client, const config::Breaker& breaker, SteadyTime now);
  void count(const Report& report, const config::Breaker& breaker, SteadyTime now);
  std::optional<TargetNews> news_for(ClientKey client, SteadyTime now);
  void note_failure(const Report& report, const config::Breaker& breaker, SteadyTime now);
  void note_own(const Report& report, const config::Breaker& breaker, SteadyTime now);
  TargetHealth::LeftOut most_failing(const config::Breaker& breaker, SteadyTime now) const;

  TargetHealth shared_;
  RestNews news_;                  ///< of that
  std::vector<Trouble> troubles_;  ///< a few: clients are the configuration's
};

}  // namespace tollgate::routing
