// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_number.hpp"

#include <algorithm>
#include <charconv>

namespace tollgate::redaction {
namespace {

/// Numbers with more digits or zeros than any `double` has hold no value.
constexpr int kMostDigits = 330;

std::optional<int> exponent_of(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '+') text.remove_prefix(1);
  int value = 0;
  const auto [at, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || value > kMostDigits || value < -kMostDigits) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string> as_integer(std::string_view number) {
  if (number.find_first_of(".eE") == std::string_view::npos) return std::string(number);
  const std::size_t end = std::min(number.find_first_of("eE"), number.size());
  const std::optional<int> exponent = exponent_of(number.substr(std::min(end + 1, number.size())));
  std::string_view written = number.substr(0, end);
  if (written.find('.') != std::string_view::npos)
    written = written.substr(0, written.find_last_not_of('0') + 1);
  if (!exponent || written.size() > kMostDigits) return std::nullopt;
  std::string digits(written);
  int places = 0;  // of its fraction, as far as it is not zero
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    places = static_cast<int>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  for (; places > *exponent && digits.size() > 1 && digits.back() == '0'; --places)
    digits.pop_back();
  if (places > *exponent) return std::nullopt;
  digits.append(static_cast<std::size_t>(*exponent - places), '0');
  const std::size_t sign = digits.front() == '-' ? 1 : 0;
  digits.erase(sign, std::min(digits.find_first_not_of('0', sign), digits.size() - 1) - sign);
  return digits;
}

}  // namespace tollgate::redaction
