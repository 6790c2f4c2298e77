// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/base/time_zone.hpp"

// Limits as the configuration has them. Values.
namespace tollgate::quotas {

/// What a limit counts.
enum class Measure : std::uint8_t { requests, tokens, cost, in_flight };

/// For how long a limit counts. A minute is a rate: it has no borders, and what was used flows off
/// evenly (gcra.hpp). The others are windows of the calendar (windows.hpp).
enum class Period : std::uint8_t { none, minute, hour, day, week, month, year };

/// Which tokens a limit of tokens counts.
enum class TokenCount : std::uint8_t {
  all,              ///< tokens in and out
  uncached_prompt,  ///< tokens in that came from no cache; those out are not counted
  weighted          ///< each kind by its weight
};

/// What one token counts, in thousandths; for TokenCount::weighted alone.
struct TokenWeights {
  std::int64_t prompt = 1000;  ///< in, from no cache
  std::int64_t cached = 1000;  ///< in, from the cache
  std::int64_t completion = 1000;

  auto operator<=>(const TokenWeights&) const = default;
};

/// `shadow`: decides as `enforce` does, is counted, and refuses nothing.
enum class Mode : std::uint8_t { enforce, shadow };

/// What becomes of an answer that takes more than was reserved for it when the limit has no more.
enum class OnExhausted : std::uint8_t { finish, cut };

/// What becomes of requests while the store that replicas share does not answer.
enum class OnStoreFailure : std::uint8_t {
  local,  ///< each replica has its part of what was left
  open,   ///< they are counted and pass
  closed  ///< they are refused
};

/// An amount that is added once: in the window that holds the date.
struct TopUp {
  Date date;
  std::int64_t amount = 0;

  bool operator==(const TopUp&) const = default;
};

/// What a limit of cost takes an operation without a price to cost.
struct AssumedPrice {
  std::int64_t prompt_nano = 0;      ///< of a million tokens in
  std::int64_t completion_nano = 0;  ///< of a million tokens out

  bool operator==(const AssumedPrice&) const = default;
};

/// The most that a limit, a top-up or a burst may be: sums of them stay far from 64 bits' end. In
/// nanos it is a billion of the currency.
inline constexpr std::int64_t kLargestAmount = 1'000'000'000'000'000'000;
/// The most that a weight may be, in thousandths, and so the most that a weighted limit may be.
inline constexpr std::int64_t kLargestWeight = 1'000'000;
inline constexpr std::int64_t kLargestWeightedAmount = kLargestAmount / 1000;

/// One limit of one subject.
struct Limit {
  Measure measure = Measure::requests;
  Period period = Period::minute;
  /// Requests, tokens, nanos of the price list's currency, or requests in flight.
  std::int64_t amount = 0;
  /// Of a minute: how much may come at once. nullopt: a minute's worth.
  std::optional<std::int64_t> burst;
  TokenCount count = TokenCount::all;
  TokenWeights weights;
  Mode mode = Mode::enforce;
  /// Percent of the amount, of windows alone: crossing one is told once a window.
  std::vector<std::int64_t> warn_at;
  std::optional<UtcTime> until;  ///< exclusive; from then on it limits nothing
  std::vector<TopUp> top_ups;    ///< of windows alone
  OnExhausted on_exhausted = OnExhausted::finish;
  OnStoreFailure on_store_failure = OnStoreFailure::local;
  /// Nothing is taken of the store ahead of need.
  bool strict = false;
  std::optional<AssumedPrice> assume;  ///< of cost alone; nullopt: what has no price is refused
  int line = 0;                        ///< in its file

  bool operator==(const Limit&) const = default;
};

/// Whose use a limit counts.
enum class Scope : std::uint8_t { gateway, tag, client, client_model, deployment };

struct Subject {
  Scope scope = Scope::gateway;
  std::string name;    ///< the tag's key, the client, or the backend; empty: the gateway
  std::string detail;  ///< the tag's value, the model, or the deployment; empty for the others

  auto operator<=>(const Subject&) const = default;
};

/// A limit with whose it is.
struct Rule {
  Subject subject;
  Limit limit;

  bool operator==(const Rule&) const = default;
};

/// By what use is kept when the configuration changes: the rest of a limit may become another.
struct LimitKey {
  Subject subject;
  Measure measure = Measure::requests;
  Period period = Period::minute;
  TokenCount count = TokenCount::all;
  TokenWeights weights;  ///< as they are by default, unless weighted

  auto operator<=>(const LimitKey&) const = default;
};
LimitKey key_of(const Rule& rule);

/// What is wrong with a rule, as the end of a sentence that names its line: "must be ...".
struct LimitFault {
  int line = 0;
  std::string message;
};
/// Amounts out of bounds, settings that mean nothing for such a limit, and two rules with one key.
/// Quotas::apply takes what has none.
std::vector<LimitFault> faults_of(const std::vector<Rule>& rules);

/// The words of the configuration: never renamed.
std::string_view to_string(Measure measure);
std::string_view to_string(Period period);
std::string_view to_string(TokenCount count);
std::string_view to_string(Mode mode);
std::string_view to_string(OnExhausted what);
std::string_view to_string(OnStoreFailure what);
std::string_view to_string(Scope scope);

/// "the gateway", "tag cost_centre=4711", "client a", "client a, model m", "deployment b/d".
std::string to_text(const Subject& subject);
/// "60000 tokens per minute", "40 of cost per month", "8 requests in flight". Money has no
/// currency's name: the price list knows it.
std::string to_text(const Limit& limit);

}  // namespace tollgate::quotas
