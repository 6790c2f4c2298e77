// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/amount.hpp"

#include <algorithm>
#include <limits>

namespace tollgate::pricing {
namespace {

/// More digits than any price has, and few enough for 128 bits.
constexpr std::size_t kMostDigits = 24;

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A number's two parts as they are written.
struct Written {
  std::string_view whole;
  std::string_view fraction;
  bool negative = false;
};

/// What a number that is none was meant to be.
std::string meant(std::string_view text) {
  if (text.find('%') != std::string_view::npos) return ", without a percent sign";
  if (text.find(',') != std::string_view::npos) return ", with a point and no comma";
  constexpr std::string_view kCurrencySigns = "$\xC2\xE2";  // the first bytes of the others
  const bool sign = text.find_first_of(kCurrencySigns) != std::string_view::npos;
  return sign ? ", without a currency sign" : "";
}

Result<Written> split(std::string_view text) {
  Written out;
  const std::string_view given = text;
  out.negative = text.starts_with('-');
  if (out.negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  out.whole = text.substr(0, point);
  if (point != std::string_view::npos) out.fraction = text.substr(point + 1);
  const bool fits =
      is_digits(out.whole) && (point == std::string_view::npos || is_digits(out.fraction));
  if (!fits)
    return Error{Errc::invalid_input, "must be a decimal number such as 4 or 0.40" + meant(given)};
  return out;
}

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

std::string_view without_trailing_zeros(std::string_view digits) {
  const std::size_t last = digits.find_last_not_of('0');
  return last == std::string_view::npos ? std::string_view() : digits.substr(0, last + 1);
}

Int128 append_digits(Int128 number, std::string_view digits) {
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

}  // namespace

Result<Int128> parse_decimal(std::string_view text, int decimals) {
  const Result<Written> written = split(text);
  if (!written) return written.error();
  const std::string_view whole = without_leading_zeros(written->whole);
  const std::string_view fraction = without_trailing_zeros(written->fraction);
  if (fraction.size() > static_cast<std::size_t>(decimals)) {
    return Error{Errc::invalid_input,
                 "must have at most " + std::to_string(decimals) + " decimals, or it is not exact"};
  }
  if (whole.size() + static_cast<std::size_t>(decimals) > kMostDigits)
    return Error{Errc::invalid_input, "must be smaller: it has too many digits"};
  Int128 number = append_digits(append_digits(0, whole), fraction);
  for (std::size_t i = fraction.size(); i < static_cast<std::size_t>(decimals); ++i) number *= 10;
  return written->negative ? -number : number;
}

Result<Int128> parse_price(std::string_view text) {
  Result<Int128> price = parse_decimal(text, kPicoDecimals);
  if (!price) return price;
  if (text.starts_with('-')) return Error{Errc::invalid_input, "must not be negative"};
  if (*price > append_digits(kHighestPrice, "000000000000")) {
    return Error{Errc::invalid_input,
                 "must be at most " + std::to_string(kHighestPrice) + " currency units"};
  }
  return price;
}

namespace {

/// The last digit first.
template <class Number>
void append_reversed(std::string& out, Number rest) {
  for (; rest > 0; rest /= 10) out.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
}

}  // namespace

std::string to_fixed(Int128 number, int decimals) {
  const bool negative = number < 0;
  const Int128 size = negative ? -number : number;
  std::string digits;
  // Most fit 64 bits, which a processor divides by itself.
  if (size <= std::numeric_limits<std::int64_t>::max()) {
    append_reversed(digits, static_cast<std::uint64_t>(size));
  } else {
    append_reversed(digits, size);
  }
  const auto fraction = static_cast<std::size_t>(decimals);
  if (digits.size() <= fraction) digits.append(fraction + 1 - digits.size(), '0');
  if (fraction > 0) digits.insert(fraction, 1, '.');
  if (negative) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string to_decimal(Int128 number, int decimals) {
  std::string text = to_fixed(number, decimals);
  if (decimals == 0) return text;
  text.resize(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

Int128 divide_half_even(Int128 number, Int128 by) {
  Int128 quotient = number / by;
  Int128 rest = number % by;
  if (rest < 0) {  // the quotient is to be the next one below
    rest += by;
    --quotient;
  }
  const Int128 other = by - rest;
  const bool up = rest > other || (rest == other && quotient % 2 != 0);
  return up ? quotient + 1 : quotient;
}

std::optional<Int128> times(Int128 a, Int128 b) {
  Int128 out = 0;
  return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional<Int128>(out);
}

std::optional<Int128> plus(Int128 a, Int128 b) {
  Int128 out = 0;
  return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional<Int128>(out);
}

std::optional<Int128> adjusted(Int128 amount, std::string_view percent) {
  constexpr Int128 kWhole = 1'000'000;  // a hundred percent, with its decimals
  if (percent.empty()) return amount;
  const Result<Int128> read = parse_decimal(percent, kPercentDecimals);
  const auto product = read ? times(amount, kWhole + *read) : std::nullopt;
  return product ? std::optional(divide_half_even(*product, kWhole)) : std::nullopt;
}

std::optional<std::int64_t> to_int64(Int128 number) {
  const bool fits = number <= std::numeric_limits<std::int64_t>::max() &&
                    number >= std::numeric_limits<std::int64_t>::min();
  return fits ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
}

}  // namespace tollgate::pricing
