// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "keeper.hpp"
#include "names.hpp"

// What is done once a second, and the last words.
namespace tollgate::shared_quotas {
namespace {

using quotas::Moment;

constexpr seconds kEvery{1};
/// So many counts are looked at in a turn, for whoever asks how they stand.
constexpr std::size_t kLooks = 50;
constexpr milliseconds kLastWords{500};
constexpr seconds kFirst{3};
constexpr seconds kLately{10};

}  // namespace

void SharedQuotas::Keeper::start() {
  began_ = Moment::now().steady;
  since_ = Moment::now().utc;
  stopped_ = false;
  beat();
}

void SharedQuotas::Keeper::listen() {
  state_.quotas.share([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->wake();
  });
}

void SharedQuotas::Keeper::beat() {
  if (stopped_) return;
  client_.send(beat_call(state_.counts.prefix(), state_.counts.process(), false),
               [this](const redis::Answer& answer) { beaten(answer); });
  (void)state_.quotas.take_changed();  // all are told
  for (auto& [count, known] : known_) {
    // Requests in flight are believed as long as somebody says that they still are.
    const bool has_some = known.count->granted() + known.count->settled() != 0;
    if (known.count->kind() == CountKind::in_flight && has_some) known.stated = std::nullopt;
  }
  tell_all();
  look();
  const UtcTime now = Moment::now().utc;
  std::erase_if(known_, [&](const auto& entry) {
    return !entry.second.under_way && entry.second.count->is_over(now);
  });
  state_.counts.forget_old(now);
  beat_timer_.expires_after(kEvery);
  beat_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!error && self) self->beat();
  });
}

void SharedQuotas::Keeper::beaten(const redis::Answer& answer) {
  note_answer(answer);
  const auto read = answer ? beat_answer(*answer) : std::nullopt;
  if (!read || stopped_) return;
  std::int64_t workers = 0;
  alive_.clear();
  for (const Process& process : read->processes) {
    workers += process.workers;
    alive_.insert(to_text(process));
  }
  state_.processes = std::max<std::int64_t>(static_cast<std::int64_t>(read->processes.size()), 1);
  state_.workers = std::max<std::int64_t>(workers, 1);
  const bool flushed = beaten_ && read->made != made_;
  beaten_ = true;
  made_ = read->made;
  if (!flushed) return;
  flushed_at_ = Moment::now().steady;
  for (auto& [count, known] : known_) known.stated = std::nullopt;
  tell_all();
}

void SharedQuotas::Keeper::look() {
  if (known_.empty()) return;
  auto at = known_.upper_bound(looked_at_);
  for (std::size_t i = 0; i < std::min(kLooks, known_.size()); ++i) {
    if (at == known_.end()) at = known_.begin();
    looked_at_ = at->first;
    client_.send(look_call(*at->second.count),
                 [this, count = at->second.count](const redis::Answer& answer) {
                   looked(known_of(count), answer);
                 });
    ++at;
  }
}

void SharedQuotas::Keeper::looked(Known& known, const redis::Answer& answer) {
  const auto read = answer ? look_answer(*answer) : std::nullopt;
  if (!read) return;
  StoredState state{known.count->key(), known.count->window(), 0, 0,
                    read->added,        Moment::now().utc,     {}};
  const std::string own = to_text(state_.counts.process());
  const bool may_be_reserved = known.count->kind() == CountKind::window;
  std::int64_t used = 0;
  bool is_known = false;
  bool is_haunted = false;
  for (const LookAnswer::Claimant& one : read->claimants) {
    is_known = is_known || (one.process == own && one.told);
    is_haunted = is_haunted || is_dead_self(one.process);
    const bool alive = alive_.contains(one.process) || one.process.front() == '!';
    const std::int64_t settled = may_be_reserved && alive ? one.settled : one.claims;
    used += settled;
    state.claimants.push_back(
        {one.process, gateway_of(one.process), settled, one.claims - settled, one.silent});
  }
  state.used = may_be_reserved ? used : read->total;
  state.reserved = read->total - state.used;
  known.state = std::move(state);
  // A part of the store has lost what it knew; or words of an earlier run came late, long after it.
  if (is_haunted) known.adopted = false;
  if (!is_known && known.stated) known.stated = std::nullopt;
  if (is_haunted || !is_known) tell(known);
}

bool SharedQuotas::Keeper::is_dead_self(const std::string& process) const {
  if (!beaten_ || alive_.contains(process)) return false;
  const auto other = process_of(process + "/0");
  const Process& self = state_.counts.process();
  return other && other->gateway == self.gateway && other->incarnation < self.incarnation;
}

void SharedQuotas::Keeper::note_answer(const redis::Answer& answer) {
  const bool answers = answer.has_value();
  if (answers != answers_) since_ = Moment::now().utc;
  answers_ = answers;
  problem_ = answers ? std::string() : answer.error().message;
}

bool SharedQuotas::Keeper::ready(SteadyTime now) const {
  if (now - began_ > kFirst) return true;
  const bool all =
      std::ranges::all_of(known_, [](const auto& entry) { return entry.second.adopted; });
  return beaten_ && all && under_way_ == 0 && now >= believed_from_;
}

StoreStatus SharedQuotas::Keeper::status() const {
  StoreStatus out;
  out.answers = answers_;
  out.since = since_;
  out.problem = problem_;
  out.processes = state_.processes;
  out.workers = state_.workers;
  out.calls = state_.calls;
  out.from_ahead = state_.from_ahead;
  for (std::size_t i = 0; i < out.without_store.size(); ++i)
    out.without_store.at(i) = state_.without_store.at(i);
  out.flushed_lately = flushed_at_ && Moment::now().steady - *flushed_at_ < kLately;
  return out;
}

std::vector<StoredState> SharedQuotas::Keeper::states() const {
  std::vector<StoredState> out;
  for (const auto& [count, known] : known_) {
    if (known.state) out.push_back(*known.state);
  }
  return out;
}

std::vector<HadAhead> SharedQuotas::Keeper::had_ahead() const {
  std::vector<HadAhead> out;
  for (const auto& [count, known] : known_) {
    const std::int64_t units = known.count->ahead();
    if (units > 0) out.push_back({known.count->key(), units});
  }
  return out;
}

void SharedQuotas::Keeper::stop(std::function<void()> told) {
  if (stopped_) return told();
  stopped_ = true;
  told_ = std::move(told);
  beat_timer_.cancel();
  waiting_.clear();
  say_last_words();
  stop_timer_.expires_after(kLastWords);
  stop_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!error && self) self->end_stop();
  });
}

void SharedQuotas::Keeper::say_last_words() {
  const auto said = [this](const redis::Answer&) {
    if (--last_words_ == 0) end_stop();
  };
  ++last_words_;
  for (const auto& [key, known] : known_) {
    const auto statement = statement_of(*known.count, true);
    if (!statement || (known.count->granted() == 0 && known.stated == statement->settled)) continue;
    const StateTerms terms{Moment::now().utc, !known.adopted, statement->own.used,
                           statement->own.added};
    ++last_words_;
    client_.send(state_call(*known.count, state_.counts.process(), statement->claims, terms), said);
  }
  client_.send(beat_call(state_.counts.prefix(), state_.counts.process(), true), said);
}

void SharedQuotas::Keeper::end_stop() {
  stop_timer_.cancel();
  if (told_) std::exchange(told_, nullptr)();
}

}  // namespace tollgate::shared_quotas
