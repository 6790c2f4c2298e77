// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <string>

#include "check_digits.hpp"
#include "national_ids.hpp"
#include "neighbours.hpp"

namespace tollgate::redaction {

bool is_uk_nino(std::string_view value) {
  const std::string nino = compact(value);
  static constexpr std::array<std::string_view, 7> kUnused{"BG", "GB", "KN", "NK",
                                                           "NT", "TN", "ZZ"};
  const std::string prefix = nino.substr(0, 2);
  return nino.size() == 9 && prefix.find_first_of("DFIQUV") == std::string::npos &&
         prefix[1] != 'O' && all_digits(std::string_view(nino).substr(2, 6)) && nino[8] >= 'A' &&
         nino[8] <= 'D' && std::find(kUnused.begin(), kUnused.end(), prefix) == kUnused.end();
}

bool is_uk_nhs(std::string_view value) {
  static constexpr std::array<int, 9> kWeights{10, 9, 8, 7, 6, 5, 4, 3, 2};
  const std::string digits = digits_of(value);
  if (digits.size() != 10) return false;
  const int check = (11 - weighted_sum(digits, kWeights) % 11) % 11;
  return check != 10 && check == digits[9] - '0';
}

bool is_de_tax_id(std::string_view value) {
  const std::string digits = digits_of(value);
  if (digits.size() != 11 || digits[0] == '0') return false;
  std::array<int, 10> counts{};
  for (const char c : std::string_view(digits).substr(0, 10)) {
    ++counts[static_cast<std::size_t>(c - '0')];
  }
  const auto repeated = std::count_if(counts.begin(), counts.end(), [](int n) { return n > 1; });
  const int most = *std::max_element(counts.begin(), counts.end());
  return repeated == 1 && most <= 3 && iso7064_mod_11_10(digits);
}

bool is_de_vat(std::string_view value) {
  const std::string digits = digits_of(value);
  return digits.size() == 9 && digits[0] != '0' && iso7064_mod_11_10(digits);
}

bool is_pl_pesel(std::string_view value) {
  static constexpr std::array<int, 10> kWeights{1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
  const std::string digits = digits_of(value);
  if (digits.size() != 11) return false;
  const std::string_view view = digits;
  // Months of other centuries than the 20th have 20, 40, 60 or 80 added.
  const int month = to_number(view.substr(2, 2)) % 20;
  const int check = (10 - weighted_sum(digits, kWeights) % 10) % 10;
  return is_day_and_month(to_number(view.substr(4, 2)), month) && check == digits[10] - '0';
}

bool is_se_personnummer(std::string_view value) {
  std::string digits = digits_of(value);
  if (digits.size() == 12) {
    const std::string century = digits.substr(0, 2);
    if (century != "18" && century != "19" && century != "20") return false;
    digits.erase(0, 2);
  }
  if (digits.size() != 10) return false;
  const std::string_view view = digits;
  const int day = to_number(view.substr(4, 2));
  return is_day_and_month(day > 60 ? day - 60 : day, to_number(view.substr(2, 2))) && luhn(digits);
}

}  // namespace tollgate::redaction
