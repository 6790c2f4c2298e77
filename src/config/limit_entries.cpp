// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "limit_entries.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "tollgate/base/nearest_name.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::config {
namespace {

using quotas::Limit;
using quotas::Measure;
using quotas::Period;

constexpr int kWeightDecimals = 3;
constexpr std::int64_t kPicosOfNano = 1000;

struct MeasureDoc {
  Measure measure;
  const char* doc;
};
constexpr std::array kMeasures{
    MeasureDoc{Measure::requests,
               "So many requests. One of requests, tokens, cost and in_flight "
               "stands in each entry."},
    MeasureDoc{Measure::tokens, "So many tokens; `counts` says which."},
    MeasureDoc{Measure::cost, "So much money, in the currency of `prices`: \"500.00\"."},
    MeasureDoc{Measure::in_flight, "So many requests at a time."}};

constexpr std::array kPeriods{Period::minute, Period::hour,  Period::day,
                              Period::week,   Period::month, Period::year};

bool is_window(Period period) { return period != Period::none && period != Period::minute; }

/// Whole, from 0 up. Money in nanos.
std::optional<std::int64_t> amount_of(const std::string& text, Measure measure) {
  const int decimals = measure == Measure::cost ? pricing::kNanoDecimals : 0;
  const Result<pricing::Int128> read = pricing::parse_decimal(text, decimals);
  const bool fits = read && *read >= 0 && *read <= quotas::kLargestAmount;
  return fits ? pricing::to_int64(*read) : std::nullopt;
}

const char* must_be(Measure measure) {
  return measure == Measure::cost ? "must be an amount of money such as \"500.00\", with at most "
                                    "nine decimals"
                                  : "must be a whole number";
}

void read_amount(MappingReader& reader, const std::string& key, const char* doc, Measure measure,
                 std::optional<std::int64_t>& out) {
  std::string text;
  reader.text(key, text, doc);
  if (text.empty()) return;
  out = amount_of(text, measure);
  if (!out) reader.error_at(key, must_be(measure));
}

/// Exactly one of the measures. False: it is not so, and that is reported.
bool read_measure(MappingReader& reader, Limit& out) {
  std::size_t given = 0;
  bool good = true;
  for (const MeasureDoc& one : kMeasures) {
    const std::string key(to_string(one.measure));
    std::optional<std::int64_t> amount;
    read_amount(reader, key, one.doc, one.measure, amount);
    if (!reader.has(key)) continue;
    ++given;
    good = good && amount.has_value();
    out.measure = one.measure;
    out.amount = amount.value_or(1);
  }
  if (given != 1) reader.error("needs exactly one of requests, tokens, cost and in_flight");
  return good && given == 1;
}

std::vector<std::string> period_names() {
  std::vector<std::string> out;
  out.reserve(std::size(kPeriods));
  for (const Period period : kPeriods) out.emplace_back(to_string(period));
  return out;
}

bool read_period(MappingReader& reader, Limit& out) {
  std::string text;
  reader.text(
      "per", text,
      "minute, hour, day, week, month or year. A minute is a rate: what was used comes back "
      "evenly, second by second. The others are windows of the calendar. Required, but for "
      "in_flight.");
  if (reader.documenting()) return true;
  const bool of_time = out.measure != Measure::in_flight;
  if (!of_time) out.period = Period::none;
  if (text.empty()) {
    if (of_time && !reader.has("per")) reader.error("needs per");
    return !of_time;
  }
  if (!of_time) reader.error_at("per", "means nothing for in_flight");
  for (const Period period : kPeriods) {
    if (text != to_string(period)) continue;
    out.period = of_time ? period : Period::none;
    return of_time;
  }
  reader.error_at(
      "per", "must be minute, hour, day, week, month or year" + did_you_mean(text, period_names()));
  return false;
}

void read_weight(MappingReader& reader, const char* key, const char* doc, std::int64_t& out) {
  std::string text = "1";
  reader.text(key, text, doc);
  const Result<pricing::Int128> read = pricing::parse_decimal(text, kWeightDecimals);
  const bool fits = read && *read >= 0 && *read <= quotas::kLargestWeight;
  if (!fits) {
    return reader.error_at(key,
                           "must be a number from 0 to 1000 with at most three decimals, such "
                           "as 0.1");
  }
  out = static_cast<std::int64_t>(*read);
}

void read_counts(MappingReader& reader, Limit& out) {
  std::size_t count = 0;
  reader.choice("counts", {"all", "uncached_prompt", "weighted"}, count,
                "Which tokens: those in and out; those in that came from no cache; or each kind by "
                "its weight.");
  out.count = static_cast<quotas::TokenCount>(count);
  reader.mapping("weights", "What a token counts, with `counts: weighted`.", false,
                 [&](MappingReader& weights) {
                   read_weight(weights, "prompt", "In, from no cache.", out.weights.prompt);
                   read_weight(weights, "cached", "In, from the cache.", out.weights.cached);
                   read_weight(weights, "completion", "Out.", out.weights.completion);
                 });
}

std::optional<std::int64_t> percent_of(const std::string& text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool good = error == std::errc() && end == text.data() + text.size();
  return good ? std::optional(out) : std::nullopt;
}

void read_warnings(MappingReader& reader, Limit& out) {
  std::vector<std::string> texts{"80", "100"};
  reader.texts("warn_at", texts,
               "Percent of a window's amount: when one is reached, that is logged, once a window. "
               "Default: 80 and 100.");
  const bool given = reader.has("warn_at");
  if (!given && !is_window(out.period)) return;
  for (const std::string& text : texts) {
    const auto percent = percent_of(text);
    if (!percent) return reader.error_at("warn_at", "must be whole numbers, such as [80, 100]");
    out.warn_at.push_back(*percent);
  }
}

void read_day(MappingReader& reader, const char* key, bool required, const char* doc,
              std::optional<Date>& out) {
  std::string text;
  reader.text(key, text, doc, required);
  if (text.empty()) return;
  const std::optional<UtcTime> time = pricing::parse_date(text);
  if (!time) return reader.error_at(key, "must be a date such as 2026-12-31");
  out = Date(std::chrono::floor<std::chrono::days>(*time));
}

void read_top_up(MappingReader& reader, Limit& out) {
  std::optional<std::int64_t> amount;
  read_amount(reader, "amount", "How much more, as the limit's own amount is written. Required.",
              out.measure, amount);
  std::optional<Date> on;
  read_day(reader, "on", true, "A day of the window that has it, in the time zone of the quotas.",
           on);
  if (!reader.documenting() && !reader.has("amount")) reader.error("needs amount");
  if (amount && on) out.top_ups.push_back({*on, *amount});
}

void read_assumed(MappingReader& reader, const char* key, const char* doc, std::int64_t& out) {
  std::string text;
  reader.text(key, text, doc, true);
  if (text.empty()) return;
  const Result<pricing::Int128> price = pricing::parse_price(text);
  if (!price) return reader.error_at(key, price.error().message);
  out = static_cast<std::int64_t>((*price + kPicosOfNano - 1) / kPicosOfNano);
}

void read_assume(MappingReader& reader, Limit& out) {
  reader.mapping(
      "assume", "What a limit of cost takes what has no price to cost. Without it that is refused.",
      false, [&](MappingReader& prices) {
        quotas::AssumedPrice assumed;
        read_assumed(prices, "prompt", "A million tokens in.", assumed.prompt_nano);
        read_assumed(prices, "completion", "A million tokens out.", assumed.completion_nano);
        if (!prices.documenting()) out.assume = assumed;
      });
}

void read_rest(MappingReader& reader, LimitEntry& out) {
  read_amount(reader, "burst", "Of a minute: how much may come at once. Default: a minute's worth.",
              out.limit.measure, out.limit.burst);
  read_counts(reader, out.limit);
  std::size_t mode = 0;
  reader.choice("mode", {"enforce", "shadow"}, mode,
                "`shadow` decides and counts likewise, and refuses nothing.");
  out.limit.mode = static_cast<quotas::Mode>(mode);
  std::size_t on_failure = 0;
  reader.choice("on_store_failure", {"local", "open", "closed"}, on_failure,
                "With `quotas.store`: what decides while the store does not answer. `local`: each "
                "process has its part of what was left. `open`: requests pass, and are counted. "
                "`closed`: they are refused with 503.");
  out.limit.on_store_failure = static_cast<quotas::OnStoreFailure>(on_failure);
  reader.boolean("strict", out.limit.strict,
                 "With `quotas.store`: nothing is taken of it ahead of need, so that no request is "
                 "refused for what another worker has ahead.");
  read_warnings(reader, out.limit);
  read_day(reader, "until", false,
           "The day from which it limits nothing, in the time zone of the quotas. Default: none.",
           out.until);
  reader.list("top_ups", "What a window has once beside its amount.", false,
              [&](MappingReader& top_up) { read_top_up(top_up, out.limit); });
  read_assume(reader, out.limit);
}

void declare_limit(MappingReader& reader, bool of_client, std::vector<LimitEntry>& out) {
  LimitEntry entry;
  entry.limit.line = reader.line();
  const bool measured = read_measure(reader, entry.limit);
  const bool timed = read_period(reader, entry.limit);
  if (of_client) {
    reader.name("model", entry.model, "For this model alone. Default: all that the client does.",
                false);
  }
  read_rest(reader, entry);
  if (measured && timed && !reader.documenting()) out.push_back(std::move(entry));
}

}  // namespace

void declare_limits_of(MappingReader& reader, const std::string& key, const char* doc,
                       bool of_client, std::vector<LimitEntry>& out) {
  reader.list(key, doc, false, [&](MappingReader& limit) { declare_limit(limit, of_client, out); });
}

}  // namespace tollgate::config
