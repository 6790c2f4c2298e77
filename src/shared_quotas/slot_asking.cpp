// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "slot_asking.hpp"

#include <algorithm>

namespace tollgate::shared_quotas {
namespace {

/// Requests in flight are so few that each is asked for.
bool may_be_ahead(const AskedPart& part) {
  return !part.asked.strict && part.count->kind() != CountKind::in_flight;
}

}  // namespace

StatedClaim stated_claim(const StoredCount& count, const Claim& claim, const Asker& asker) {
  const bool rate = count.kind() == CountKind::rate;
  return {asker.claim, asker.session, claim.granted(), rate ? claim.taken() : 0, false};
}

bool SlotAsking::hold(SteadyTime now) {
  bool enough = true;
  for (AskedPart& part : parts_) {
    if (part.claim->was_lost()) part.claim->doubt();
    const std::int64_t units = part.asked.units.value_or(0);
    part.claim->note(units, now);
    const std::int64_t ahead = std::max<std::int64_t>(part.claim->ahead(), 0);
    part.held = std::min(units, ahead);
    part.wanted = units - part.held;
    part.claim->hold(part.held);
    // Nothing is asked of a limit that may be used up already.
    enough = enough && part.wanted == 0 && ahead > 0;
  }
  if (enough) {
    for (AskedPart& part : parts_) part.state = AskedPart::State::taken;
  }
  return enough;
}

std::vector<redis::Call> SlotAsking::calls(const Asker& asker) {
  std::vector<redis::Call> out;
  std::vector<TakeLimit> limits;
  stated_.clear();
  for (AskedPart& part : parts_) {
    part.state = AskedPart::State::open;
    if (part.claim->session() != asker.session) {
      out.push_back(state_call(*part.count, asker.process,
                               {stated_claim(*part.count, *part.claim, asker)}, {asker.utc}));
      part.claim->state(asker.session);
      stated_.push_back(part.claim);
    }
    part.statements = part.claim->statements();
    const std::int64_t more = may_be_ahead(part) ? part.claim->ahead_wanted(asker.steady) : 0;
    limits.push_back({part.count.get(), part.asked.enforces, part.wanted, more});
  }
  out.push_back(take_call(limits, {asker.claim, asker.session, asker.workers, asker.utc}));
  return out;
}

void SlotAsking::fail() {
  for (AskedPart& part : parts_) part.state = AskedPart::State::failed;
}

void SlotAsking::book_part(AskedPart& part, const TakeAnswer& answer,
                           const TakeAnswer::Limit& limit) {
  part.seen = {limit.total, 0, limit.amount};
  if (answer.what == TakeAnswer::What::young) {
    part.state = AskedPart::State::failed;
    return;
  }
  if (answer.what == TakeAnswer::What::refused) {
    const bool refuses = part.asked.enforces && !limit.fits;
    part.state = refuses ? AskedPart::State::refused : AskedPart::State::open;
    return;
  }
  part.claim->grant(limit.taken);
  const std::int64_t held = std::min(limit.taken, part.wanted);
  part.claim->hold(held);
  part.held += held;
  part.state = limit.fits ? AskedPart::State::taken : AskedPart::State::hit;
}

bool SlotAsking::book(const redis::Answer& answer) {
  const auto read = answer ? take_answer(*answer, parts_.size()) : std::nullopt;
  if (!read) {
    // It may have been done: what is claimed there must be stated again before anything else.
    const bool maybe_done = answer ? true : answer.error().maybe_done;
    for (AskedPart& part : parts_) {
      if (maybe_done && part.statements == part.claim->statements()) part.claim->doubt();
    }
    fail();
    return false;
  }
  const bool overwritten = std::ranges::any_of(
      parts_, [](const AskedPart& part) { return part.statements != part.claim->statements(); });
  if (overwritten || read->what == TakeAnswer::What::unknown) {
    // What it may have granted is in no claim that was stated since; of the others it must be
    // taken off again.
    for (AskedPart& part : parts_) {
      if (part.statements == part.claim->statements()) part.claim->doubt();
    }
    fail();
    return true;
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) book_part(parts_[i], *read, read->limits[i]);
  return false;
}

void SlotAsking::let_go() {
  for (AskedPart& part : parts_) {
    part.claim->drop(part.held);
    part.held = 0;
  }
}

void SlotAsking::take() {
  for (AskedPart& part : parts_) {
    if (part.state == AskedPart::State::failed) part.claim->drop(part.held);
    if (part.state != AskedPart::State::failed) part.claim->take(part.held);
    part.held = 0;
  }
}

bool SlotAsking::refused() const {
  return std::ranges::any_of(
      parts_, [](const AskedPart& part) { return part.state == AskedPart::State::refused; });
}

}  // namespace tollgate::shared_quotas
