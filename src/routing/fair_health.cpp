// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/fair_health.hpp"

#include <algorithm>

namespace tollgate::routing {
namespace {

std::optional<TargetNews> told(RestNews& news, const TargetHealth& health, SteadyTime now) {
  const RestNews::Word word = news.after(health, now);
  if (word == RestNews::Word::nothing) return std::nullopt;
  return TargetNews{.over = word == RestNews::Word::over,
                    .cause = health.cause(),
                    .rest = std::chrono::ceil<milliseconds>(health.available_at(now) - now)};
}

}  // namespace

const FairHealth::Trouble* FairHealth::find(ClientKey client) const {
  const auto found = std::find_if(troubles_.begin(), troubles_.end(),
                                  [&](const Trouble& trouble) { return trouble.client == client; });
  return found == troubles_.end() ? nullptr : &*found;
}

bool FairHealth::admits(ClientKey client, SteadyTime now) const {
  if (!shared_.admits(now)) return false;
  const Trouble* const trouble = find(client);
  return trouble == nullptr || trouble->health.admits(now);
}

FairHealth::Probe FairHealth::begin(ClientKey client, SteadyTime now,
                                    const config::Breaker& breaker) {
  Probe out;
  out.shared = shared_.begin(now, breaker);
  const auto own = std::find_if(troubles_.begin(), troubles_.end(),
                                [&](const Trouble& trouble) { return trouble.client == client; });
  if (own != troubles_.end() && own->health.admits(now)) out.own = own->health.begin(now, breaker);
  return out;
}

std::optional<TargetNews> FairHealth::report(const Report& report, const config::Breaker& breaker,
                                             SteadyTime now) {
  count(report, breaker, now);
  // What says nothing is no news, and comes at any time: a probe that was abandoned.
  if (report.signal == Signal::none) return std::nullopt;
  return news_for(report.client, now);
}

/// That of all clients first: what is one client's own waits for its next report.
std::optional<TargetNews> FairHealth::news_for(ClientKey client, SteadyTime now) {
  const auto shared = told(news_, shared_, now);
  if (shared || shared_.condition() != TargetHealth::Condition::serving) return shared;
  const auto own = std::find_if(troubles_.begin(), troubles_.end(),
                                [&](const Trouble& trouble) { return trouble.client == client; });
  if (own == troubles_.end()) return std::nullopt;
  auto out = told(own->news, own->health, now);
  if (out) out->for_client = true;
  return out;
}

void FairHealth::count(const Report& report, const config::Breaker& breaker, SteadyTime now) {
  const bool may_be_its_own =
      report.signal == Signal::failed_request && report.client != 0 && !report.wait;
  if (may_be_its_own) return note_failure(report, breaker, now);
  note_own(report, breaker, now);
  const Signal signal = report.signal == Signal::failed_request ? Signal::failure : report.signal;
  shared_.report({signal, report.wait, report.begun, report.probe.shared}, breaker, now,
                 most_failing(breaker, now));
}

void FairHealth::note_failure(const Report& report, const config::Breaker& breaker,
                              SteadyTime now) {
  Trouble& own = trouble_of(report.client, breaker, now);
  own.health.report({Signal::failure, {}, report.begun, report.probe.own}, breaker, now);
  if (own.row != shared_.row()) own.in_row = 0;
  own.row = shared_.row();
  ++own.in_row;
  own.last = now;
  own.answers.add(now, breaker.window, {.total = 1, .marked = 1});
  // As if this failure had been counted: what is left out includes it.
  shared_.report({Signal::failed_request, {}, report.begun, report.probe.shared}, breaker, now,
                 most_failing(breaker, now));
}

/// A success ends the client's trouble; what says nothing of its requests leaves it as it is.
void FairHealth::note_own(const Report& report, const config::Breaker& breaker, SteadyTime now) {
  const auto own = std::find_if(troubles_.begin(), troubles_.end(), [&](const Trouble& trouble) {
    return trouble.client == report.client;
  });
  if (own == troubles_.end()) return;
  const bool says_something = report.signal == Signal::success || report.probe.own;
  if (!says_something) return;
  const Signal signal = report.signal == Signal::success ? Signal::success : Signal::none;
  if (signal == Signal::success) own->answers.add(now, breaker.window, {.total = 1});
  own->health.report({signal, {}, report.begun, report.probe.own}, breaker, now);
}

FairHealth::Trouble& FairHealth::trouble_of(ClientKey client, const config::Breaker& breaker,
                                            SteadyTime now) {
  for (Trouble& trouble : troubles_) {
    if (trouble.client == client) return trouble;
  }
  // Whoever is not heard of any more has no say any more.
  std::erase_if(troubles_, [&](const Trouble& trouble) {
    return now - trouble.last > std::max(breaker.window, breaker.open_for);
  });
  Trouble& out = troubles_.emplace_back();
  out.client = client;
  return out;
}

TargetHealth::LeftOut FairHealth::most_failing(const config::Breaker& breaker,
                                               SteadyTime now) const {
  TargetHealth::LeftOut out;
  for (const Trouble& trouble : troubles_) {
    if (trouble.row == shared_.row()) out.in_row = std::max(out.in_row, trouble.in_row);
    const SlidingWindow::Counts recent = trouble.answers.sum(now, breaker.window);
    if (recent.marked > out.recent.marked) out.recent = recent;
  }
  return out;
}

std::size_t FairHealth::clients_in_trouble(SteadyTime now) const {
  return static_cast<std::size_t>(
      std::count_if(troubles_.begin(), troubles_.end(),
                    [&](const Trouble& trouble) { return !trouble.health.admits(now); }));
}

}  // namespace tollgate::routing
