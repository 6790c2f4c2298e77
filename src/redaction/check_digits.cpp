// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "check_digits.hpp"

#include <algorithm>
#include <array>

#include "neighbours.hpp"

namespace tollgate::redaction {

std::string digits_of(std::string_view value) {
  std::string out;
  std::copy_if(value.begin(), value.end(), std::back_inserter(out), is_digit);
  return out;
}

std::string compact(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (!is_digit(c) && !is_letter(c)) continue;
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  }
  return out;
}

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

int to_number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool luhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto at = digits.rbegin(); at != digits.rend(); ++at, twice = !twice) {
    const int digit = (*at - '0') * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 == 0;
}

bool verhoeff(std::string_view digits) {
  // The multiplication table of the dihedral group D5, and the permutation with its powers.
  static constexpr std::array<std::string_view, 10> kProduct{
      "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
      "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"};
  static constexpr std::array<std::string_view, 8> kPower{"0123456789", "1576283094", "5803796142",
                                                          "8916043527", "9453126870", "4286573901",
                                                          "2793806415", "7046913258"};
  std::size_t check = 0;
  std::size_t position = 0;
  for (auto at = digits.rbegin(); at != digits.rend(); ++at, ++position) {
    const char moved = kPower[position % 8][static_cast<std::size_t>(*at - '0')];
    check = static_cast<std::size_t>(kProduct[check][static_cast<std::size_t>(moved - '0')] - '0');
  }
  return check == 0;
}

bool iso7064_mod_11_10(std::string_view digits) {
  int product = 10;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    int sum = (c - '0' + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return (11 - product) % 10 == digits.back() - '0';
}

int weighted_sum(std::string_view digits, std::span<const int> weights) {
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += (digits[i] - '0') * weights[i];
  return sum;
}

int remainder_with_letters(std::string_view compact, int modulus) {
  int rest = 0;
  for (const char c : compact) {
    rest =
        is_digit(c) ? (rest * 10 + (c - '0')) % modulus : (rest * 100 + (c - 'A' + 10)) % modulus;
  }
  return rest;
}

bool is_day_and_month(int day, int month) {
  static constexpr std::array<int, 12> kDays{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month >= 1 && month <= 12 && day >= 1 && day <= kDays[static_cast<std::size_t>(month - 1)];
}

}  // namespace tollgate::redaction
