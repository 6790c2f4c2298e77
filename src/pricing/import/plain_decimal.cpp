// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/plain_decimal.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace tollgate::pricing {
namespace {

constexpr int kFarthest = 40;  // of an exponent: far beyond any price

/// What stands behind the "e"; nullopt: no number, or one that is too far.
std::optional<int> exponent_of(std::string_view digits) {
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int exponent = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, fault] = std::from_chars(digits.data(), last, exponent);
  if (fault != std::errc() || end != last) return std::nullopt;
  if (exponent < -kFarthest || exponent > kFarthest) return std::nullopt;
  return exponent;
}

/// Digits with one point at most, and a digit at both ends.
bool is_decimal(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  return text.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

/// The digits with a point behind the first `place` of them, which may lie outside.
std::string with_point(std::string digits, int place) {
  if (place <= 0) digits.insert(0, static_cast<std::size_t>(1 - place), '0');
  const auto at = static_cast<std::size_t>(std::max(place, 1));
  if (at < digits.size()) return digits.insert(at, 1, '.');
  return digits.append(at - digits.size(), '0');
}

}  // namespace

Result<std::string> plain_decimal(std::string_view number, int shift) {
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, mark);
  const auto exponent =
      mark < number.size() ? exponent_of(number.substr(mark + 1)) : std::optional(0);
  if (!exponent || !is_decimal(mantissa)) return Error{Errc::invalid_input, "must be a number"};
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, point));
  if (point < mantissa.size()) digits.append(mantissa.substr(point + 1));
  const std::string plain =
      with_point(std::move(digits), static_cast<int>(point) + *exponent + shift);
  return negative ? "-" + plain : plain;
}

Result<Rate> listed_rate(std::string_view number, int shift, std::int64_t per) {
  const Result<std::string> text = plain_decimal(number, shift);
  if (!text) return text.error();
  const Result<Int128> price = parse_price(*text);
  if (!price) return price.error();
  if (*price == 0) return Error{Errc::invalid_input, "is 0, which is no price that is known"};
  return make_rate(*price, per);
}

}  // namespace tollgate::pricing
