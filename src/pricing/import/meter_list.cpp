// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "meter_list.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "meter_models.hpp"
#include "meter_words.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/pricing/meter_name.hpp"
#include "tollgate/pricing/plain_decimal.hpp"

namespace tollgate::pricing {
namespace {

constexpr std::string_view kByUse = "Consumption";
constexpr std::size_t kDateLength = 10;

Error refused(std::string message) { return {Errc::invalid_input, std::move(message)}; }

bool is_known_product(std::string_view product) {
  return std::find(kMeterProducts.begin(), kMeterProducts.end(), product) != kMeterProducts.end();
}

/// A number that is not 0: an amount in a month changes the price.
bool is_some(std::string_view number) {
  return number.find_first_of("123456789") != std::string_view::npos;
}

/// "2026-07-01" or "2026-07-01T00:00:00Z"; nullopt: no date, or not the beginning of a day (UTC).
std::optional<UtcTime> first_day(std::string_view text) {
  const std::string_view time = text.substr(std::min(kDateLength, text.size()));
  if (is_some(time) || (!time.empty() && !time.starts_with('T'))) return std::nullopt;
  return parse_date(text.substr(0, kDateLength));
}

/// The day from which a price has ended: lists name the last minute of the day before, too.
std::optional<UtcTime> end_day(std::string_view text) {
  constexpr std::string_view kLastMinute = "T23:59";
  if (!text.substr(std::min(kDateLength, text.size())).starts_with(kLastMinute))
    return first_day(text);
  const auto last = parse_date(text.substr(0, kDateLength));
  return last ? std::optional(*last + std::chrono::hours(24)) : std::nullopt;
}

/// Digits that the point moves; the unit must be the one that the meter's name speaks of.
Result<int> shift_of(std::string_view unit, std::string_view named) {
  const auto* const found =
      std::find_if(kMeterUnits.begin(), kMeterUnits.end(),
                   [&](const MeterUnit& row) { return iequals(row.unit, unit); });
  if (found == kMeterUnits.end())
    return refused("is measured in \"" + std::string(unit) + "\", which is not known");
  if (!found->unit.starts_with(named))
    return refused("speaks of " + std::string(named) + " and is measured in " + std::string(unit));
  return found->shift;
}

std::string counted_rows(std::size_t number) {
  return std::to_string(number) + (number == 1 ? " row is" : " rows are");
}

}  // namespace

std::optional<Error> MeterList::take(const MeterRow& row) {
  if (!is_known_product(row.product)) {
    ++other_products_;
    return std::nullopt;
  }
  if (row.type != kByUse) {
    ++other_types_;
    return std::nullopt;
  }
  if (currency_.empty()) currency_ = row.currency;
  if (row.currency.empty() || row.currency != currency_)
    return refused("the meter " + row.meter + " is priced in \"" + row.currency +
                   "\", others in \"" + currency_ + "\": a file of prices has one currency");
  Result<ListedPrice> price = read(row);
  if (price)
    prices_.take(std::move(*price));
  else
    warnings_.add("the meter " + row.meter + " " + price.error().message + ": left out");
  return std::nullopt;
}

Result<ListedPrice> MeterList::read(const MeterRow& row) const {
  if (!row.twice.empty())
    return refused("says in line " + std::to_string(row.line) + " in two ways what its " +
                   row.twice + " is");
  const Result<Meter> meter = read_meter_name(row.meter);
  if (!meter) return meter.error();
  const Result<int> shift = shift_of(row.unit, meter->unit);
  if (!shift) return shift.error();
  const Result<Rate> rate = listed_rate(row.price, *shift, kPerMillion);
  if (!rate) return refused("has a price that " + rate.error().message);
  const auto from = first_day(row.from);
  if (!from) return refused("begins at \"" + row.from + "\", which is not a day's beginning (UTC)");
  const auto until = row.until.empty() ? std::nullopt : end_day(row.until);
  if (!row.until.empty() && !until)
    return refused("ends at \"" + row.until + "\", which is not a day's end (UTC)");
  ListedPrice out;
  out.model = meter->model;
  out.scope = meter->scope;
  out.tier = meter->tier;
  out.price_class = meter->price_class;
  out.above_prompt_tokens = meter->above_prompt_tokens;
  out.short_prompts_only = meter->short_prompts_only;
  out.region = row.region;
  out.named = row.meter;
  out.line = row.line;
  out.graduated = is_some(row.least) || is_some(row.included);
  out.from = *from;
  out.until = until;
  out.rate = *rate;
  return out;
}

Result<ImportedPrices> MeterList::finish(const ImportChoice& choice) && {
  if (other_products_ > 0)
    warnings_.add(counted_rows(other_products_) +
                  " of products other than Azure OpenAI's: left out");
  if (other_types_ > 0)
    warnings_.add(counted_rows(other_types_) + " not prices by use (" + std::string(kByUse) +
                  "): left out");
  Result<std::vector<PriceEntry>> entries = std::move(prices_).entries(choice.region, warnings_);
  if (!entries) return entries.error();
  return ImportedPrices{std::move(currency_), std::move(*entries), std::move(warnings_).take()};
}

}  // namespace tollgate::pricing
