// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/shared_quotas/store_worker.hpp"

#include <algorithm>
#include <string>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "names.hpp"
#include "shared_state.hpp"
#include "store_request.hpp"

namespace tollgate::shared_quotas {

namespace asio = boost::asio;

namespace {

using quotas::Moment;
using quotas::OnStoreFailure;
using quotas::Ruling;
using State = AskedPart::State;

/// What is given back by requests that have just ended is in the store by then: after so long at
/// first, and twice as long each further time.
constexpr milliseconds kSoon{2};
constexpr int kAsksForSoon = 4;
/// What a client is told to wait where nobody can tell how long the store is away.
constexpr milliseconds kStoreWait{1000};
constexpr seconds kIdle{1};

/// A worker has ahead what it takes in a quarter of a second, but of strict limits.
std::int64_t may_keep(const AskedPart& part, SteadyTime now) {
  if (part.asked.strict || part.count->kind() == CountKind::in_flight) return 0;
  return part.claim->ahead_wanted(now);
}

/// Nobody waits for the answers from here on.
class Leaving {
 public:
  explicit Leaving(std::shared_ptr<StoreRequest> request) : request_(std::move(request)) {}
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;
  ~Leaving() {
    request_->left = true;
    for (StoreRequest::Slot& slot : request_->slots) {
      if (!slot.under_way) slot.asking.let_go();
    }
  }

 private:
  std::shared_ptr<StoreRequest> request_;
};

}  // namespace

StoreWorker::StoreWorker(SharedState& state, unsigned number, redis::Client& client,
                         asio::any_io_executor executor)
    : state_(state), number_(number), client_(client), executor_(std::move(executor)) {}

StoreWorker::~StoreWorker() = default;

const std::shared_ptr<StoredCount>& StoreWorker::count_of(const quotas::Asked& asked) {
  const UtcTime begin = asked.window ? asked.window->begin : UtcTime();
  std::shared_ptr<StoredCount>& out = known_[{asked.key, begin}];
  if (!out) out = state_.counts.of(*asked.key, asked.window);
  return out;
}

std::shared_ptr<StoreRequest> StoreWorker::request_of(const Asked& asked, Moment now) {
  auto out = std::make_shared<StoreRequest>(executor_, now.steady + state_.patience);
  std::map<std::string, std::vector<AskedPart>> slots;
  std::map<std::string, bool> own;
  for (const quotas::Asked& one : asked) {
    AskedPart part;
    part.asked = one;
    part.count = count_of(one);
    part.count->know_terms(one.amount, one.per_minute);
    part.claim = &part.count->claim(number_);
    const std::string tag = slot_tag(one.key->subject);
    const quotas::Scope scope = one.key->subject.scope;
    own[tag] = scope == quotas::Scope::client || scope == quotas::Scope::client_model;
    slots[tag].push_back(std::move(part));
  }
  out->slots.reserve(slots.size());
  for (auto& [tag, parts] : slots)
    out->slots.push_back({SlotAsking(std::move(parts)), own[tag], false, false});
  return out;
}

Asker StoreWorker::asker(Moment now) const {
  const Process& process = state_.counts.process();
  return {worker_claim(process, number_),
          process,
          client_.session(),
          state_.workers,
          now.utc,
          now.steady};
}

/// `owner` keeps the claim.
void StoreWorker::send_statement(redis::Call call, Claim& claim, std::shared_ptr<void> owner) {
  const std::uint64_t statement = claim.statements();
  client_.send(std::move(call),
               [owner = std::move(owner), &claim, statement](const redis::Answer& answer) {
                 const auto stated = answer ? state_answer(*answer) : std::nullopt;
                 const bool good = stated && stated->later == 0;
                 if (!good && claim.statements() == statement) claim.doubt();
               });
}

void StoreWorker::send(const std::shared_ptr<StoreRequest>& request, std::size_t slot, Moment now) {
  SlotAsking& asking = request->slots[slot].asking;
  std::vector<redis::Call> calls = asking.calls(asker(now));
  const milliseconds left = request->left_at(std::chrono::steady_clock::now());
  for (redis::Call& call : calls) call.patience = left;
  for (std::size_t i = 0; i + 1 < calls.size(); ++i)
    send_statement(std::move(calls[i]), *asking.stated()[i], request);
  request->slots[slot].under_way = true;
  state_.calls.fetch_add(1, std::memory_order_relaxed);
  client_.send(std::move(calls.back()), [this, request, slot, now](const redis::Answer& answer) {
    answered(request, slot, answer, now);
  });
}

void StoreWorker::answered(const std::shared_ptr<StoreRequest>& request, std::size_t slot,
                           const redis::Answer& answer, Moment now) {
  StoreRequest::Slot& of = request->slots[slot];
  of.under_way = false;
  const bool again = of.asking.book(answer);
  if (request->left) return of.asking.let_go();
  if (again && !std::exchange(of.asked_again, true)) return send(request, slot, now);
  request->answered.cancel();
}

asio::awaitable<void> StoreWorker::ask(std::shared_ptr<StoreRequest> request, bool own_slots,
                                       Moment now) {
  for (std::size_t i = 0; i < request->slots.size(); ++i) {
    StoreRequest::Slot& slot = request->slots[i];
    if (slot.own != own_slots) continue;
    slot.asked_again = false;
    if (slot.asking.hold(now.steady)) {
      state_.from_ahead.fetch_add(1, std::memory_order_relaxed);
    } else {
      send(request, i, now);
    }
  }
  while (request->waits()) {
    boost::system::error_code ignored;
    co_await request->answered.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

/// What was taken of limits for a request that another one refuses, and what is no use ahead.
void StoreWorker::give_up(StoreRequest& request, Moment now) {
  for (StoreRequest::Slot& slot : request.slots) {
    slot.asking.let_go();
    for (AskedPart& part : slot.asking.parts()) {
      const std::int64_t units = part.claim->ahead() - may_keep(part, now.steady);
      if (units > 0) give(*part.count, units, now);
    }
  }
}

void StoreWorker::give(StoredCount& count, std::int64_t units, Moment now) {
  Claim& claim = count.claim(number_);
  claim.grant(-units);
  // Else the claim is stated whole before it is used again, or when it is idle.
  if (claim.session() != client_.session()) return claim.doubt();
  const std::uint64_t statement = claim.statements();
  const TakeLimit limit{&count, false, -units, 0};
  const Process& process = state_.counts.process();
  auto kept = state_.counts.of(count.key(), count.window());
  client_.send(take_call({limit}, {worker_claim(process, number_), claim.session(), 1, now.utc}),
               [&claim, kept = std::move(kept), statement](const redis::Answer& answer) {
                 const auto given = answer ? take_answer(*answer, 1) : std::nullopt;
                 const bool good = given && given->what == TakeAnswer::What::taken;
                 if (!good && claim.statements() == statement) claim.doubt();
               });
}

/// Something was refused while the process gives back more of it than the store knows yet; or, of
/// requests in flight, while another process may: its client has the end of its answer already.
bool StoreWorker::may_fit_soon(StoreRequest& request, Moment now) const {
  for (StoreRequest::Slot& slot : request.slots) {
    for (const AskedPart& part : slot.asking.parts()) {
      if (part.state != State::refused) continue;
      if (part.count->kind() == CountKind::in_flight && state_.processes > 1) return true;
      const std::int64_t taken = part.count->taken();
      for (const quotas::OwnUse& own : state_.quotas.own_use(*part.asked.key, now)) {
        const bool same = own.window == part.asked.window;
        if (same && own.claimed - taken < part.count->settled()) return true;
      }
    }
  }
  return false;
}

asio::awaitable<void> StoreWorker::decide(std::shared_ptr<StoreRequest> request, Moment now) {
  for (int i = 0; i < kAsksForSoon; ++i) {
    co_await ask(request, true, now);
    if (!request->refused()) co_await ask(request, false, now);
    const milliseconds pause = kSoon * (1 << i);
    const bool late = std::chrono::steady_clock::now() + pause >= request->until;
    if (late || !may_fit_soon(*request, now) || i + 1 == kAsksForSoon) co_return;
    give_up(*request, now);
    request->answered.expires_after(pause);
    boost::system::error_code ignored;
    co_await request->answered.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    request->answered.expires_at(asio::steady_timer::time_point::max());
  }
}

/// What clients are told is left, and what is shared out should the store go away.
void StoreWorker::see(StoreRequest& request, Moment now) {
  for (StoreRequest::Slot& slot : request.slots) {
    for (const AskedPart& part : slot.asking.parts()) {
      const bool asked = part.seen.amount != 0 && part.state != State::failed;
      if (!asked) continue;
      quotas::Seen seen = part.seen;
      const bool rate = part.count->kind() == CountKind::rate;
      seen.own = rate ? 0 : part.count->granted() + part.count->settled();
      state_.quotas.see(part.asked, seen, now);
    }
  }
}

quotas::Reserved StoreWorker::finish(StoreRequest& request, const Asked& unpriced, Moment now) {
  Asked asked = unpriced;
  std::vector<Ruling> rulings(unpriced.size(), Ruling::shadow_hit);
  std::vector<std::pair<quotas::Asked, quotas::Seen>> refused;
  quotas::Reserved out;
  for (StoreRequest::Slot& slot : request.slots) {
    for (AskedPart& part : slot.asking.parts()) {
      if (part.state == State::failed && part.wanted == 0 && part.held > 0)
        part.state = State::taken;  // it was granted before
      if (part.state == State::refused) refused.emplace_back(part.asked, part.seen);
      Ruling ruling = part.state == State::hit ? Ruling::shadow_hit : Ruling::granted;
      if (part.state == State::failed) {
        const OnStoreFailure way = part.asked.on_failure;
        state_.without_store.at(static_cast<std::size_t>(way)).fetch_add(1);
        state_.failed_at = to_unix_micros(now.utc);
        if (way == OnStoreFailure::closed && part.asked.enforces && !out.exceeded)
          out.exceeded = quotas::Quotas::store_away(part.asked, kStoreWait);
        const bool shares = way == OnStoreFailure::local || !part.asked.enforces;
        ruling = shares ? Ruling::share : Ruling::counted;
      }
      asked.push_back(part.asked);
      rulings.push_back(ruling);
    }
  }
  if (!refused.empty()) out.exceeded = quotas::Quotas::worst_of(refused, now);
  if (!out.exceeded) out = state_.quotas.reserve(asked, rulings, state_.processes, now);
  if (out.exceeded) {
    give_up(request, now);
  } else {
    see(request, now);
    for (StoreRequest::Slot& slot : request.slots) slot.asking.take();
  }
  return out;
}

asio::awaitable<quotas::Reserved> StoreWorker::reserve(const quotas::LimitSet& set,
                                                       const quotas::Demand& demand, Moment now) {
  Asked asked = state_.quotas.asked(set, demand, now);
  Asked unpriced;
  for (const quotas::Asked& one : asked) {
    if (one.units) continue;
    quotas::Reserved out;
    if (one.enforces) out.exceeded = quotas::Quotas::worst_of({{one, {0, 0, one.amount}}}, now);
    if (out.exceeded) co_return out;
    unpriced.push_back(one);
  }
  std::erase_if(asked, [](const quotas::Asked& one) { return !one.units; });
  auto request = request_of(asked, now);
  const Leaving leaving(request);
  co_await decide(request, now);
  co_return finish(*request, unpriced, now);
}

void StoreWorker::tick(Moment now) {
  std::erase_if(known_, [&](const auto& entry) { return entry.second->is_over(now.utc); });
  for (const auto& [key, count] : known_) {
    Claim& claim = count->claim(number_);
    if (claim.was_lost()) claim.doubt();
    const std::int64_t ahead = claim.ahead();
    const bool idle = now.steady - claim.used_at() >= kIdle;
    if (ahead > 0 && idle) give(*count, ahead, now);
    if (claim.statements() == 0 || claim.session() != 0 || !client_.ready()) continue;
    // What the store has of it is not known, and nobody may use it for long.
    const Asker who = asker(now);
    const StatedClaim stated = stated_claim(*count, claim, who);
    claim.state(who.session);
    send_statement(state_call(*count, who.process, {stated}, {now.utc}), claim, count);
  }
}

}  // namespace tollgate::shared_quotas
