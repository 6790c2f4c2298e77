// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "keeper.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

#include "names.hpp"

// What is told of each count.
namespace tollgate::shared_quotas {

namespace asio = boost::asio;

namespace {

using quotas::Moment;

/// So many at once; the others wait their turn.
constexpr std::size_t kAtOnce = 100;
/// As long as a count that has just been made is not believed (calls.cpp), and a little more.
constexpr milliseconds kBelieved{2100};

}  // namespace

SharedQuotas::Keeper::Keeper(asio::any_io_executor control, redis::Client& client,
                             quotas::Quotas& quotas, std::string prefix, Process process,
                             milliseconds patience)
    : control_(std::move(control)),
      client_(client),
      state_(quotas, std::move(prefix), std::move(process), patience),
      beat_timer_(control_),
      stop_timer_(control_) {}

/// Any thread.
void SharedQuotas::Keeper::wake() {
  try {
    asio::post(control_, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->tell_changed();
    });
  } catch (const std::exception&) {
    // The next beat finds it.
  }
}

void SharedQuotas::Keeper::tell_changed() {
  if (stopped_) return;
  const auto changed = state_.quotas.take_changed();
  if (!changed) return tell_all();
  for (const quotas::LimitKey* const key : *changed) tell(*key);
}

SharedQuotas::Keeper::Known& SharedQuotas::Keeper::known_of(
    const std::shared_ptr<StoredCount>& count) {
  Known& out = known_[count.get()];
  if (!out.count) out.count = count;
  return out;
}

void SharedQuotas::Keeper::tell(const quotas::LimitKey& key) {
  for (const quotas::OwnUse& own : state_.quotas.own_use(key, Moment::now())) {
    const auto count = state_.counts.of(*own.key, own.window);
    count->know_terms(own.amount, own.per_minute);
    tell(known_of(count));
  }
}

void SharedQuotas::Keeper::tell_all() {
  const Moment now = Moment::now();
  for (const quotas::OwnUse& own : state_.quotas.own_use(now)) {
    const auto count = state_.counts.of(*own.key, own.window);
    if (count->is_over(now.utc)) continue;
    count->know_terms(own.amount, own.per_minute);
    tell(known_of(count));
  }
}

std::optional<quotas::OwnUse> SharedQuotas::Keeper::own_of(const StoredCount& count) const {
  for (const quotas::OwnUse& own : state_.quotas.own_use(count.key(), Moment::now())) {
    if (own.window == count.window()) return own;
  }
  return std::nullopt;
}

std::optional<SharedQuotas::Keeper::Statement> SharedQuotas::Keeper::statement_of(
    StoredCount& count, bool last) const {
  // In this order: a worker counts first and says then that it has taken what it was granted, so
  // that what is told is never less than there is.
  const std::int64_t taken = last ? 0 : count.taken();
  const auto own = own_of(count);
  if (!own) return std::nullopt;
  Statement out{*own, own->claimed - taken, {}};
  const Process& process = state_.counts.process();
  const bool rate = count.kind() == CountKind::rate;
  out.claims.push_back({settled_claim(process), client_.session(), out.settled,
                        rate ? out.settled - own->level : 0, false});
  for (unsigned worker = 0; worker < count.workers(); ++worker) {
    const Claim& claim = count.claim(worker);
    const std::int64_t granted = claim.granted();
    if (granted == 0 && claim.session() == 0) continue;
    // The last word on a worker's claim is that it has none.
    if (last)
      out.claims.push_back({worker_claim(process, worker), claim.session() + 1, 0, 0, false});
    if (!last && granted != 0)
      out.claims.push_back({worker_claim(process, worker), claim.session(), granted,
                            rate ? claim.taken() : 0, true});
  }
  return out;
}

void SharedQuotas::Keeper::tell(Known& known) {
  if (known.under_way) {
    known.changed = true;
    return;
  }
  if (under_way_ >= kAtOnce) {
    waiting_.push_back(known.count.get());
    known.under_way = true;
    return;
  }
  auto statement = statement_of(*known.count, false);
  if (!statement) return;
  const bool same = known.stated == statement->settled && known.used == statement->own.used &&
                    known.added == statement->own.added;
  if (same && known.adopted) return;
  known.under_way = true;
  known.changed = false;
  ++under_way_;
  const StateTerms terms{Moment::now().utc, !known.adopted, statement->own.used,
                         statement->own.added};
  auto call = state_call(*known.count, state_.counts.process(), statement->claims, terms);
  client_.send(std::move(call),
               [this, count = known.count, statement = std::move(*statement)](
                   const redis::Answer& answer) { told(known_of(count), statement, answer); });
}

void SharedQuotas::Keeper::told(Known& known, const Statement& statement,
                                const redis::Answer& answer) {
  --under_way_;
  known.under_way = false;
  note_answer(answer);
  const auto read = answer ? state_answer(*answer) : std::nullopt;
  const bool good = read && read->later == 0;
  known.stated = good ? std::optional(statement.settled) : std::nullopt;
  // A claim that this has put in place may be of before something that was given back meanwhile:
  // its worker says again what it is. Where nobody knows whether it was put there, it may be.
  if (!read || read->unknown > 0) {
    for (unsigned worker = 0; worker < known.count->workers(); ++worker)
      known.count->claim(worker).tell_lost();
  }
  if (good) {
    known.adopted = true;
    known.used = statement.own.used;
    known.added = statement.own.added;
    known.count->know_settled(statement.settled);
    if (read->made) believed_from_ = Moment::now().steady + kBelieved;
    const bool rate = known.count->kind() == CountKind::rate;
    const std::int64_t own = rate ? 0 : known.count->granted() + statement.settled;
    state_.quotas.see(statement.own, {read->total, own, statement.own.amount + read->added},
                      Moment::now());
    // Whoever could not tell waits for the next beat.
    if (known.changed) tell(known);
  }
  tell_next();
}

void SharedQuotas::Keeper::tell_next() {
  while (!waiting_.empty() && under_way_ < kAtOnce) {
    const auto found = known_.find(waiting_.front());
    waiting_.pop_front();
    if (found == known_.end()) continue;
    found->second.under_way = false;
    tell(found->second);
  }
}

}  // namespace tollgate::shared_quotas
