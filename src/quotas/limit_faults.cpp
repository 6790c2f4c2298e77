// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>
#include <string>

#include "tollgate/quotas/limit.hpp"

namespace tollgate::quotas {
namespace {

/// More percent of an amount is a slip of the hand.
constexpr std::int64_t kHighestWarning = 1000;
/// A burst of more minutes' worth is a window, not a rate.
constexpr std::int64_t kLongestBurst = 1440;

bool is_window(const Limit& limit) {
  return limit.period != Period::none && limit.period != Period::minute;
}

bool within(std::int64_t number, std::int64_t least, std::int64_t most) {
  return number >= least && number <= most;
}

std::int64_t most_of(const Limit& limit) {
  return limit.count == TokenCount::weighted ? kLargestWeightedAmount : kLargestAmount;
}

std::string bounds(std::string_view what, std::int64_t least, std::int64_t most) {
  return std::string(what) + " must be from " + std::to_string(least) + " to " +
         std::to_string(most);
}

/// Empty: nothing is wrong. So with all below.
std::string fault_of_period(const Limit& limit) {
  if ((limit.measure == Measure::in_flight) != (limit.period == Period::none))
    return "a limit of requests in flight has no period, and every other one has";
  return {};
}

std::string fault_of_amount(const Limit& limit) {
  // A window may have nothing but what its top-ups add.
  const std::int64_t least = is_window(limit) ? 0 : 1;
  if (!within(limit.amount, least, most_of(limit)))
    return bounds("the amount", least, most_of(limit));
  return {};
}

std::string fault_of_burst(const Limit& limit) {
  if (!limit.burst) return {};
  if (limit.period != Period::minute) return "a burst is for limits per minute only";
  const std::int64_t most = std::min(most_of(limit) / kLongestBurst, limit.amount) * kLongestBurst;
  return within(*limit.burst, 1, most) ? std::string() : bounds("the burst", 1, most);
}

std::string fault_of_count(const Limit& limit) {
  if (limit.measure != Measure::tokens && limit.count != TokenCount::all)
    return "only limits of tokens may say which ones they count";
  if (limit.count != TokenCount::weighted)
    return limit.weights == TokenWeights{} ? "" : "weights are for weighted tokens only";
  const std::int64_t weights[]{limit.weights.prompt, limit.weights.cached,
                               limit.weights.completion};
  const bool fit = std::all_of(std::begin(weights), std::end(weights), [](std::int64_t weight) {
    return within(weight, 0, kLargestWeight);
  });
  if (!fit) return bounds("a weight in thousandths", 0, kLargestWeight);
  const bool none = std::count(std::begin(weights), std::end(weights), 0) == 3;
  return none ? "one of the weights must be more than 0" : "";
}

std::string fault_of_warnings(const Limit& limit) {
  if (!limit.warn_at.empty() && !is_window(limit))
    return "warnings are for limits per hour, day, week, month or year only";
  const auto fits = [](std::int64_t percent) { return within(percent, 1, kHighestWarning); };
  if (!std::all_of(limit.warn_at.begin(), limit.warn_at.end(), fits))
    return bounds("a percentage to warn at", 1, kHighestWarning);
  return {};
}

std::string fault_of_top_ups(const Limit& limit) {
  if (!limit.top_ups.empty() && !is_window(limit))
    return "top-ups are for limits per hour, day, week, month or year only";
  std::int64_t left = most_of(limit) - limit.amount;
  for (const TopUp& top_up : limit.top_ups) {
    if (!top_up.date.ok()) return "a top-up's date must be a day of the calendar";
    if (!within(top_up.amount, 1, left))
      return "a top-up must be at least 1, and the amount with all of them at most " +
             std::to_string(most_of(limit));
    left -= top_up.amount;
  }
  return {};
}

std::string fault_of_answers(const Limit& limit) {
  const bool grows = limit.measure == Measure::tokens || limit.measure == Measure::cost;
  if (limit.on_exhausted == OnExhausted::cut && !grows)
    return "only limits of tokens and of cost can cut answers";
  if (!limit.assume) return {};
  if (limit.measure != Measure::cost) return "an assumed price is for limits of cost only";
  const bool fits = within(limit.assume->prompt_nano, 0, kLargestAmount) &&
                    within(limit.assume->completion_nano, 0, kLargestAmount);
  return fits ? std::string() : bounds("an assumed price in nanos", 0, kLargestAmount);
}

constexpr std::string (*kChecks[])(const Limit&){
    fault_of_period,   fault_of_amount,  fault_of_burst,  fault_of_count,
    fault_of_warnings, fault_of_top_ups, fault_of_answers};

}  // namespace

std::vector<LimitFault> faults_of(const std::vector<Rule>& rules) {
  std::vector<LimitFault> out;
  std::set<LimitKey> keys;
  for (const Rule& rule : rules) {
    for (const auto& check : kChecks) {
      std::string fault = check(rule.limit);
      if (!fault.empty()) out.push_back({rule.limit.line, std::move(fault)});
    }
    if (!keys.insert(key_of(rule)).second)
      out.push_back({rule.limit.line,
                     "there is another limit of the same kind for " + to_text(rule.subject)});
  }
  return out;
}

}  // namespace tollgate::quotas
