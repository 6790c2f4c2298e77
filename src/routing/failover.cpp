// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/failover.hpp"

#include <utility>

namespace tollgate::routing {
namespace {

/// The next bits of a sequence that needs to be spread, not secret (SplitMix64).
std::uint64_t next_bits(std::uint64_t& state) {
  std::uint64_t z = state += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

Failover::Failover(TargetBoard& board, const Route& route, std::string_view method,
                   SteadyTime started, std::uint64_t random, ClientKey client)
    : board_(board),
      route_(route),
      rules_{.on_timeout = route.retry->on_timeout, .repeatable = is_repeatable(method)},
      started_(started),
      random_(random),
      client_(client) {}

std::optional<Lease> Failover::first(SteadyTime now) { return next(now); }

Judgement Failover::after(Lease& lease, const AttemptEnd& end, SteadyTime now) {
  Judgement out = judge(end, rules_);
  out.news = lease.report(out.signal, end.retry_after, now, out.credential_refused);
  if (out.verdict == Verdict::retry_next_target && (!end.wanted || !move_on(lease, now))) {
    out.verdict = end.status != 0 ? Verdict::served : Verdict::give_up;
  }
  return out;
}

bool Failover::exhausted() const {
  return attempts() >= route_.retry->attempts || attempts() >= route_.candidates.size();
}

bool Failover::move_on(Lease& lease, SteadyTime now) {
  if (exhausted() || now >= deadline()) return false;
  std::optional<Lease> other = next(now);
  if (!other) return false;
  lease = std::move(*other);
  return true;
}

std::optional<Lease> Failover::next(SteadyTime now) {
  std::optional<Lease> out = board_.lease(route_.candidates, {tried_.data(), tried_.size()}, now,
                                          next_bits(random_), client_);
  if (!out) return std::nullopt;
  tried_.push_back(out->candidate().target);
  return out;
}

}  // namespace tollgate::routing
