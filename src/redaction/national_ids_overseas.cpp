// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <string>

#include "check_digits.hpp"
#include "national_ids.hpp"
#include "neighbours.hpp"

namespace tollgate::redaction {

bool is_us_ssn(std::string_view value) {
  const std::string digits = digits_of(value);
  if (digits.size() != 9) return false;
  const std::string_view view = digits;
  const int area = to_number(view.substr(0, 3));
  return area != 0 && area != 666 && area < 900 && view.substr(3, 2) != "00" &&
         view.substr(5) != "0000";
}

bool is_in_aadhaar(std::string_view value) {
  const std::string digits = digits_of(value);
  return digits.size() == 12 && digits[0] >= '2' && verhoeff(digits);
}

bool is_in_pan(std::string_view value) {
  const std::string pan = compact(value);
  // The fourth letter says what the holder is: a person, a company, a trust...
  static constexpr std::string_view kHolders = "ABCFGHJLPT";
  return pan.size() == 10 && kHolders.find(pan[3]) != std::string_view::npos;
}

bool is_kr_rrn(std::string_view value) {
  static constexpr std::array<int, 12> kWeights{2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
  const std::string digits = digits_of(value);
  if (digits.size() != 13 || digits[6] == '0' || digits[6] == '9') return false;
  const std::string_view view = digits;
  if (!is_day_and_month(to_number(view.substr(4, 2)), to_number(view.substr(2, 2)))) return false;
  // With its hyphen the form is enough: numbers given since October 2020 end in random digits.
  if (value.find('-') != std::string_view::npos) return true;
  return (11 - weighted_sum(digits, kWeights) % 11) % 10 == digits[12] - '0';
}

bool is_au_tfn(std::string_view value) {
  static constexpr std::array<int, 9> kWeights{1, 4, 3, 7, 5, 8, 6, 9, 10};
  const std::string digits = digits_of(value);
  return digits.size() == 9 && weighted_sum(digits, kWeights) % 11 == 0;
}

bool is_au_abn(std::string_view value) {
  static constexpr std::array<int, 11> kWeights{10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
  const std::string digits = digits_of(value);
  // The first digit counts as one less.
  return digits.size() == 11 && digits[0] != '0' &&
         (weighted_sum(digits, kWeights) - kWeights[0]) % 89 == 0;
}

bool is_au_medicare(std::string_view value) {
  static constexpr std::array<int, 8> kWeights{1, 3, 7, 9, 1, 3, 7, 9};
  const std::string digits = digits_of(value);
  return (digits.size() == 10 || digits.size() == 11) && digits[0] >= '2' && digits[0] <= '6' &&
         weighted_sum(digits, kWeights) % 10 == digits[8] - '0';
}

}  // namespace tollgate::redaction
