// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/pricing/price_list.hpp"
#include "tollgate/usage/usage_record.hpp"

// What the tests of prices have in common: entries and records in few words.
namespace tollgate::pricing {

using Named = std::pair<PriceClass, std::string_view>;

inline Rate rate(std::string_view text, std::int64_t per) {
  return make_rate(parse_price(text).value(), per);
}

inline std::int64_t usual_per(PriceClass price_class) {
  switch (kPriceClasses[index_of(price_class)].measure) {
    case Measure::million:
      return kPerMillion;
    case Measure::milliseconds:
      return kPerMinute;
    case Measure::characters:
      return kPerMillion;
    case Measure::calls:
    case Measure::images:
      break;
  }
  return 1;
}

inline Rates rates(std::initializer_list<Named> prices) {
  Rates out{};
  for (const auto& [price_class, text] : prices)
    out[index_of(price_class)] = rate(text, usual_per(price_class));
  return out;
}

inline UtcTime day(std::string_view date) { return parse_date(date).value(); }

inline PriceEntry entry(std::string model, std::initializer_list<Named> prices,
                        std::string_view from = "2026-01-01") {
  PriceEntry out;
  out.model = std::move(model);
  out.from = day(from);
  out.rates = rates(prices);
  return out;
}

inline PriceList list_of(std::vector<PriceEntry> entries,
                         std::vector<Adjustment> adjustments = {}) {
  return {"USD", std::move(entries), std::move(adjustments)};
}

/// An answer whose usage the backend reported.
inline usage::UsageRecord reported(std::int64_t prompt, std::int64_t completion) {
  usage::UsageRecord out;
  out.event_time = day("2026-07-01");
  out.client_name = "retail";
  out.operation_id = "ChatCompletions_Create";
  out.model = "gpt-5-2026-01-01";
  out.usage_basis = usage::UsageBasis::reported;
  out.tokens.prompt = prompt;
  out.tokens.completion = completion;
  return out;
}

}  // namespace tollgate::pricing
