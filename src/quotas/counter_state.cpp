// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "counter.hpp"

// What operators and clients are told of a counter.
namespace tollgate::quotas {
namespace {

/// Whether a smaller demand of the measure can be made at all.
bool divides(Measure measure) { return measure == Measure::tokens || measure == Measure::cost; }

}  // namespace

std::int64_t Counter::amount_of(std::int64_t units) const {
  const std::int64_t scale = units_per_amount(key_);
  const std::int64_t whole = units / scale;
  return units % scale < 0 ? whole - 1 : whole;
}

std::int64_t Counter::amount_of_used(std::int64_t units) const { return -amount_of(-units); }

Counter::Numbers Counter::numbers(Moment now) {
  Numbers out;
  if (has_windows()) {
    WindowCount& window = windows_.enter(now.utc);
    out.used = window.used();
    // It may have become less since: what was reserved has been settled.
    out.reserved = std::max<std::int64_t>(window.committed() - out.used, 0);
    out.amount = window.amount();
    out.window = window.window();
    out.elsewhere = window.elsewhere();
    WindowCounts::leave(window);
  } else if (key_.period == Period::minute) {
    out.used = rate_.used(now.steady);
    out.amount = rate_.burst();
    out.elsewhere = elsewhere(out.used, now);
  } else {
    out.used = in_flight_;
    out.amount = most_in_flight_;
    out.elsewhere = elsewhere(out.used, now);
  }
  return out;
}

LimitState Counter::state(Moment now) {
  const Numbers found = numbers(now);
  LimitState out;
  out.rule = rule();
  out.used = amount_of_used(found.used);
  out.reserved = amount_of_used(found.reserved);
  out.elsewhere = amount_of_used(found.elsewhere);
  out.amount = amount_of(found.amount);
  out.left = amount_of(found.left());
  out.window = found.window;
  out.overshoot = std::max<std::int64_t>(out.used + out.elsewhere - out.amount, 0);
  out.held = held_;
  out.refusals = refusals_;
  out.shadow_hits = shadow_hits_;
  return out;
}

std::optional<Room> Counter::room(Moment now) {
  if (key_.measure == Measure::in_flight) return std::nullopt;
  const Numbers found = numbers(now);
  Room out;
  out.limit = amount_of(found.amount);
  out.remaining = std::max<std::int64_t>(amount_of(found.left()), 0);
  out.reset = found.window ? std::chrono::ceil<milliseconds>(found.window->end - now.utc)
                           : rate_.empty_in(now.steady);
  return out;
}

std::optional<Exceeded> Counter::examine(std::optional<std::int64_t> units, bool surely,
                                         Moment now) {
  const Numbers found = numbers(now);
  const bool fits = units && *units <= found.left();
  if (fits && !surely) return std::nullopt;
  return refusal(found, units, now);
}

Exceeded Counter::refusal(const Numbers& numbers, std::optional<std::int64_t> units,
                          Moment now) const {
  Exceeded out;
  out.rule = rule();
  out.used = amount_of_used(numbers.used + numbers.reserved + numbers.elsewhere);
  out.amount = amount_of(numbers.amount);
  if (numbers.window) out.window_end = numbers.window->end;
  out.smaller_may_pass = units && divides(key_.measure) && numbers.left() > 0;
  if (!units) {
    out.kind = Exceeded::Kind::unpriced;
  } else if (*units > numbers.amount) {
    out.kind = Exceeded::Kind::too_large;
    out.smaller_may_pass = divides(key_.measure) && numbers.amount > 0;
  } else if (numbers.window) {
    out.kind = Exceeded::Kind::budget;
    out.wait = std::chrono::ceil<milliseconds>(numbers.window->end - now.utc);
  } else if (key_.period == Period::minute) {
    out.kind = Exceeded::Kind::rate;
    // Another's demand that was put back meanwhile may have been in the way.
    out.wait = std::max(rate_.wait(*units, now.steady), milliseconds(1));
  } else {
    out.kind = Exceeded::Kind::in_flight;
  }
  return out;
}

}  // namespace tollgate::quotas
