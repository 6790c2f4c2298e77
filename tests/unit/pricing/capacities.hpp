// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "prices.hpp"
#include "tollgate/pricing/capacity.hpp"

// What the tests of capacity have in common.
namespace tollgate::pricing {

inline UtcTime minute(std::string_view text) { return parse_minute(text).value(); }

/// Of sweden/gpt-5: `ptu` PTUs at a price an hour, one token out counting as eight in.
inline Capacity capacity(std::string_view from, std::int64_t ptu = 100,
                         std::string_view hourly = "1") {
  Capacity out;
  out.backend = "sweden";
  out.deployment = "gpt-5";
  out.model = "gpt-5";
  out.from = minute(from);
  out.ptu = ptu;
  out.pico_an_hour = parse_price(hourly).value();
  out.output_weight = 8;
  out.tokens_per_minute = 4'750;
  return out;
}

/// A record that it served.
inline usage::UsageRecord served(std::int64_t prompt, std::int64_t completion,
                                 std::int64_t cached = 0) {
  usage::UsageRecord out = reported(prompt, completion);
  out.backend = "sweden";
  out.backend_deployment = "gpt-5";
  out.sku = "GlobalProvisionedManaged";
  out.tokens.cached_prompt = cached;
  return out;
}

}  // namespace tollgate::pricing
