// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/base/int128.hpp"

// Money without floating point: whole numbers of a small unit, in 128 bits.
namespace tollgate::pricing {

using tollgate::Int128;

/// A currency unit has 10^12 of them: prices per million tokens are whole ones per token from six
/// decimals up.
inline constexpr int kPicoDecimals = 12;
/// The unit of a record's cost.
inline constexpr int kNanoDecimals = 9;
/// The most that a price may be, in currency units: more is a slip of the hand, not a price.
inline constexpr std::int64_t kHighestPrice = 1'000'000'000;

/// Decimal text such as "4", "0.40" or "-12.5" as a whole number of 10^-decimals. Digits, one
/// point between digits, a minus in front; nothing else, no exponent. Error invalid_input says what
/// is wrong as the end of a sentence: "must be ...".
Result<Int128> parse_decimal(std::string_view text, int decimals);

/// A price: from 0 to kHighestPrice, in picos.
Result<Int128> parse_price(std::string_view text);

/// The shortest text that parse_decimal reads as the number: "0.4", "4", "-12.5".
std::string to_decimal(Int128 number, int decimals);

/// The same with all its decimals, for columns that people add up by hand: "4.000000000".
std::string to_fixed(Int128 number, int decimals);

/// The nearest whole number; of two as near the even one. `by` is above 0.
Int128 divide_half_even(Int128 number, Int128 by);

/// The product; nullopt when 128 bits cannot hold it.
std::optional<Int128> times(Int128 a, Int128 b);
/// The sum, likewise.
std::optional<Int128> plus(Int128 a, Int128 b);

/// Adjustments are millionths; in percent they have so many decimals.
inline constexpr int kPercentDecimals = 4;
/// The amount with a percentage added, as components have it ("-12.5"; empty: none): rounded once,
/// half to even. nullopt: no such text, or 128 bits cannot hold it.
std::optional<Int128> adjusted(Int128 amount, std::string_view percent);

/// As 64 bits; nullopt when they cannot hold it.
std::optional<std::int64_t> to_int64(Int128 number);

}  // namespace tollgate::pricing
