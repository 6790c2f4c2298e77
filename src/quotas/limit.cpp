// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/limit.hpp"

#include <array>
#include <string>

#include "tollgate/pricing/amount.hpp"

namespace tollgate::quotas {
namespace {

constexpr std::array<std::string_view, 4> kMeasures{"requests", "tokens", "cost", "in_flight"};
constexpr std::array<std::string_view, 7> kPeriods{"none", "minute", "hour", "day",
                                                   "week", "month",  "year"};
constexpr std::array<std::string_view, 3> kCounts{"all", "uncached_prompt", "weighted"};
constexpr std::array<std::string_view, 2> kModes{"enforce", "shadow"};
constexpr std::array<std::string_view, 2> kOnExhausted{"finish", "cut"};
constexpr std::array<std::string_view, 3> kOnStoreFailure{"local", "open", "closed"};
constexpr std::array<std::string_view, 5> kScopes{"gateway", "tag", "client", "client_model",
                                                  "deployment"};

template <class Words, class Enum>
std::string_view word(const Words& words, Enum value) {
  return words.at(static_cast<std::size_t>(value));
}

std::string what_of(const Limit& limit) {
  switch (limit.measure) {
    case Measure::requests:
      return "requests";
    case Measure::in_flight:
      return "requests in flight";
    case Measure::cost:
      return "of cost";
    case Measure::tokens:
      break;
  }
  if (limit.count == TokenCount::uncached_prompt) return "uncached prompt tokens";
  return limit.count == TokenCount::weighted ? "weighted tokens" : "tokens";
}

}  // namespace

LimitKey key_of(const Rule& rule) {
  const Limit& limit = rule.limit;
  const bool weighted = limit.count == TokenCount::weighted;
  return {rule.subject, limit.measure, limit.period, limit.count,
          weighted ? limit.weights : TokenWeights{}};
}

std::string_view to_string(Measure measure) { return word(kMeasures, measure); }
std::string_view to_string(Period period) { return word(kPeriods, period); }
std::string_view to_string(TokenCount count) { return word(kCounts, count); }
std::string_view to_string(Mode mode) { return word(kModes, mode); }
std::string_view to_string(OnExhausted what) { return word(kOnExhausted, what); }
std::string_view to_string(OnStoreFailure what) { return word(kOnStoreFailure, what); }
std::string_view to_string(Scope scope) { return word(kScopes, scope); }

std::string to_text(const Subject& subject) {
  switch (subject.scope) {
    case Scope::gateway:
      break;
    case Scope::tag:
      return "tag " + subject.name + "=" + subject.detail;
    case Scope::client:
      return "client " + subject.name;
    case Scope::client_model:
      return "client " + subject.name + ", model " + subject.detail;
    case Scope::deployment:
      return "deployment " + subject.name + "/" + subject.detail;
  }
  return "the gateway";
}

std::string to_text(const Limit& limit) {
  std::string out = limit.measure == Measure::cost
                        ? pricing::to_decimal(limit.amount, pricing::kNanoDecimals)
                        : std::to_string(limit.amount);
  out.append(" ").append(what_of(limit));
  if (limit.period != Period::none) out.append(" per ").append(to_string(limit.period));
  return out;
}

}  // namespace tollgate::quotas
