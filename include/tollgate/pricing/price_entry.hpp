// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/pricing/price_class.hpp"
#include "tollgate/pricing/sku.hpp"

namespace tollgate::pricing {

/// So much for so many: `pico` for `per` tokens, calls or milliseconds.
struct Rate {
  Int128 pico = 0;
  std::int64_t per = 1;
  std::string text;  ///< `pico` in currency units, for records: to_decimal

  bool operator==(const Rate&) const = default;
};

Rate make_rate(Int128 pico, std::int64_t per);

inline constexpr std::int64_t kPerMillion = 1'000'000;
inline constexpr std::int64_t kPerSecond = 1'000;  ///< durations are milliseconds
inline constexpr std::int64_t kPerMinute = 60'000;
inline constexpr std::int64_t kPerHour = 3'600'000;

/// By class; nullopt: no price, which is not 0. Images have theirs elsewhere (ImageRate).
using Rates = std::array<std::optional<Rate>, kPriceClassCount>;

/// What a prompt of more than so many tokens is priced by, the whole request.
struct Band {
  std::int64_t above_prompt_tokens = 0;
  Rates rates{};  ///< complete: what the file leaves to the entry's own is here as well
};

/// The price of one image of a size and a quality.
struct ImageRate {
  std::string size;     ///< usage::image_size_word; empty: any that has no price of its own
  std::string quality;  ///< usage::image_quality_word; likewise
  Rate rate;

  bool operator==(const ImageRate&) const = default;
};

/// The prices of a model in one scope and tier from a date on.
struct PriceEntry {
  std::string model;  ///< as served, or what is in front of its -YYYY-MM-DD
  Scope scope = Scope::any;
  Tier tier = Tier::standard;
  UtcTime from;  ///< inclusive, a day's beginning
  /// Exclusive. nullopt: until the next entry of the same model, scope and tier begins.
  std::optional<UtcTime> until;
  Rates rates{};
  std::vector<Band> bands;             ///< by rising threshold
  std::vector<ImageRate> image_rates;  ///< no two of one size and quality
  int line = 0;                        ///< where in its file, for errors
  std::string id;                      ///< price_id(), once it is in a list

  /// Those for a prompt of so many tokens.
  const Rates& rates_for(std::int64_t prompt_tokens) const;
  /// Of its size and quality, else of its size, else of its quality, else of any; null: none. What
  /// nobody told (empty) is found only by a price of any.
  const Rate* image_rate(std::string_view size, std::string_view quality) const;
};

/// Names a price for ever: 32 hexadecimal digits out of all that decides an amount, its currency
/// and first day included. Its end is left out: closing an entry changes no price.
std::string price_id(const PriceEntry& entry, std::string_view currency);

/// A date from 1970 to 2200, "2026-07-09", as its beginning in UTC; nullopt for anything else.
std::optional<UtcTime> parse_date(std::string_view text);
std::string to_date(UtcTime time);

/// A model's name without the date behind it: "gpt-5" of "gpt-5-2026-07-09"; empty when it has
/// none.
std::string_view without_date(std::string_view model);

}  // namespace tollgate::pricing
