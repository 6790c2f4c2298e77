// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <string>

#include "check_digits.hpp"
#include "national_ids.hpp"
#include "neighbours.hpp"

namespace tollgate::redaction {
namespace {

/// Codice fiscale: what characters count for at odd places (the first place is odd), A to Z; digits
/// count as the letters A to J.
constexpr std::array<int, 26> kOddPlace{1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                        20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};

int place_in_alphabet(char c) { return is_digit(c) ? c - '0' : c - 'A'; }

/// A digit, or the letter that stands for it where two people would have one code (omocodia).
int omocodia_digit(char c) {
  if (is_digit(c)) return c - '0';
  static constexpr std::string_view kLetters = "LMNPQRSTUV";
  const std::size_t at = kLetters.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

bool has_codice_fiscale_form(std::string_view code) {
  if (code.size() != 16) return false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const bool number = i == 6 || i == 7 || i == 9 || i == 10 || (i >= 12 && i <= 14);
    if (number ? omocodia_digit(code[i]) < 0 : !is_letter(code[i])) return false;
  }
  const int day = omocodia_digit(code[9]) * 10 + omocodia_digit(code[10]);
  static constexpr std::string_view kMonths = "ABCDEHLMPRST";
  const std::size_t month = kMonths.find(code[8]);
  return month != std::string_view::npos &&
         is_day_and_month(day > 40 ? day - 40 : day, static_cast<int>(month) + 1);
}

}  // namespace

bool is_fr_nir(std::string_view value) {
  std::string nir = compact(value);
  if (nir.size() != 15) return false;
  // Corsica: 2A counts as 19, 2B as 18.
  if (nir[5] == '2' && (nir[6] == 'A' || nir[6] == 'B')) {
    nir.replace(5, 2, nir[6] == 'A' ? "19" : "18");
  }
  if (!all_digits(nir) || std::string_view("123478").find(nir[0]) == std::string_view::npos) {
    return false;
  }
  // 20 and above: the month is not known.
  const int month = to_number(std::string_view(nir).substr(3, 2));
  if (month == 0 || (month > 12 && month < 20)) return false;
  const std::string_view view = nir;
  const int rest = remainder_with_letters(view.substr(0, 13), 97);
  return 97 - rest == to_number(view.substr(13));
}

bool is_es_nif(std::string_view value) {
  std::string nif = compact(value);
  if (nif.size() != 9) return false;
  if (nif[0] >= 'X' && nif[0] <= 'Z') nif[0] = static_cast<char>('0' + (nif[0] - 'X'));
  static constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  const std::string_view number = std::string_view(nif).substr(0, 8);
  return all_digits(number) && kLetters[static_cast<std::size_t>(to_number(number) % 23)] == nif[8];
}

bool is_it_codice_fiscale(std::string_view value) {
  const std::string code = compact(value);
  if (!has_codice_fiscale_form(code)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const int place = place_in_alphabet(code[i]);
    sum += i % 2 == 0 ? kOddPlace[static_cast<std::size_t>(place)] : place;
  }
  return code[15] == 'A' + sum % 26;
}

}  // namespace tollgate::redaction
