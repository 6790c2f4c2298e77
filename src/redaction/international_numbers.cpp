// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "international_numbers.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include "check_digits.hpp"

namespace tollgate::redaction {
namespace {

struct Issuer {
  int low = 0;  ///< of the first four digits
  int high = 0;
  std::size_t shortest = 0;
  std::size_t longest = 0;
};

/// Ranges as the schemes publish them, wide where they differ by country (from memory).
constexpr std::array kIssuers{
    Issuer{2200, 2204, 16, 19},  // Mir
    Issuer{2221, 2720, 16, 16},  // Mastercard
    Issuer{3000, 3059, 14, 19},  // Diners Club
    Issuer{3095, 3095, 14, 19},  // Diners Club
    Issuer{3400, 3499, 15, 15},  // American Express
    Issuer{3528, 3589, 16, 19},  // JCB
    Issuer{3600, 3699, 14, 19},  // Diners Club
    Issuer{3700, 3799, 15, 15},  // American Express
    Issuer{3800, 3999, 14, 19},  // Diners Club
    Issuer{4000, 4999, 13, 13},  // Visa, old
    Issuer{4000, 4999, 16, 16},  // Visa
    Issuer{4000, 4999, 19, 19},  // Visa
    Issuer{5000, 5099, 13, 19},  // Maestro, RuPay, Elo
    Issuer{5100, 5599, 16, 16},  // Mastercard
    Issuer{5600, 5899, 13, 19},  // Maestro
    Issuer{6000, 6999, 13, 19},  // Discover, UnionPay, Maestro, RuPay
    Issuer{8100, 8299, 16, 19},  // UnionPay, RuPay
    Issuer{9792, 9792, 16, 16},  // Troy
};

/// Points group only as they do in `4111.1111.1111.1111`; a decimal point does not.
bool points_group(std::string_view value) {
  if (value.find('.') == std::string_view::npos) return true;
  std::size_t groups = 0;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('.'), value.size());
    if (end < 3 || end > 6) return false;
    ++groups;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return groups >= 3;
}

struct Country {
  std::string_view code;
  std::size_t length = 0;
};

/// The SWIFT registry of IBANs (from memory of release 97), by code.
constexpr std::array kCountries{
    Country{"AD", 24}, Country{"AE", 23}, Country{"AL", 28}, Country{"AT", 20}, Country{"AZ", 28},
    Country{"BA", 20}, Country{"BE", 16}, Country{"BG", 22}, Country{"BH", 22}, Country{"BI", 27},
    Country{"BR", 29}, Country{"BY", 28}, Country{"CH", 21}, Country{"CR", 22}, Country{"CY", 28},
    Country{"CZ", 24}, Country{"DE", 22}, Country{"DJ", 27}, Country{"DK", 18}, Country{"DO", 28},
    Country{"EE", 20}, Country{"EG", 29}, Country{"ES", 24}, Country{"FI", 18}, Country{"FK", 18},
    Country{"FO", 18}, Country{"FR", 27}, Country{"GB", 22}, Country{"GE", 22}, Country{"GI", 23},
    Country{"GL", 18}, Country{"GR", 27}, Country{"GT", 28}, Country{"HN", 28}, Country{"HR", 21},
    Country{"HU", 28}, Country{"IE", 22}, Country{"IL", 23}, Country{"IQ", 23}, Country{"IS", 26},
    Country{"IT", 27}, Country{"JO", 30}, Country{"KW", 30}, Country{"KZ", 20}, Country{"LB", 28},
    Country{"LC", 32}, Country{"LI", 21}, Country{"LT", 20}, Country{"LU", 20}, Country{"LV", 21},
    Country{"LY", 25}, Country{"MC", 27}, Country{"MD", 24}, Country{"ME", 22}, Country{"MK", 19},
    Country{"MN", 20}, Country{"MR", 27}, Country{"MT", 31}, Country{"MU", 30}, Country{"NI", 28},
    Country{"NL", 18}, Country{"NO", 15}, Country{"OM", 23}, Country{"PK", 24}, Country{"PL", 28},
    Country{"PS", 29}, Country{"PT", 25}, Country{"QA", 29}, Country{"RO", 24}, Country{"RS", 22},
    Country{"RU", 33}, Country{"SA", 24}, Country{"SC", 31}, Country{"SD", 18}, Country{"SE", 24},
    Country{"SI", 19}, Country{"SK", 24}, Country{"SM", 27}, Country{"SO", 23}, Country{"ST", 25},
    Country{"SV", 28}, Country{"TL", 23}, Country{"TN", 24}, Country{"TR", 26}, Country{"UA", 29},
    Country{"VA", 22}, Country{"VG", 24}, Country{"XK", 20}, Country{"YE", 30},
};

}  // namespace

bool is_payment_card(std::string_view value) {
  const std::string digits = digits_of(value);
  if (digits.size() < 13 || digits.size() > 19 || !points_group(value)) return false;
  const int first = to_number(std::string_view(digits).substr(0, 4));
  const auto fits = [&](const Issuer& issuer) {
    return first >= issuer.low && first <= issuer.high && digits.size() >= issuer.shortest &&
           digits.size() <= issuer.longest;
  };
  return std::any_of(kIssuers.begin(), kIssuers.end(), fits) && luhn(digits);
}

bool is_iban(std::string_view value) {
  const std::string iban = compact(value);
  const std::string_view code = std::string_view(iban).substr(0, 2);
  const auto* const country = std::find_if(kCountries.begin(), kCountries.end(),
                                           [&](const Country& one) { return one.code == code; });
  if (country == kCountries.end() || iban.size() != country->length) return false;
  return remainder_with_letters(iban.substr(4) + iban.substr(0, 4), 97) == 1;
}

bool is_e164(std::string_view value) {
  const std::string digits = digits_of(value);
  return digits.size() >= 8 && digits.size() <= 15 && digits.front() != '0';
}

bool is_national_phone(std::string_view value) {
  const std::string digits = digits_of(value);
  const bool one_digit = digits.find_first_not_of(digits.front()) == std::string::npos;
  return digits.size() >= 6 && digits.size() <= 15 && !one_digit;
}

bool is_ipv4(std::string_view value) {
  in_addr address{};
  const std::string text(value);
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) return false;
  const std::uint32_t number = ntohl(address.s_addr);
  const bool loopback = number >> 24 == 127;
  // 0.0.0.0 to 0.255.255.255 mean nobody, 255.x.x.x are masks and the broadcast.
  return !loopback && number >> 24 != 0 && number >> 24 != 255;
}

bool is_ipv6(std::string_view value) {
  in6_addr address{};
  const std::string text(value);
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return false;
  const std::size_t groups = static_cast<std::size_t>(
      std::count_if(value.begin(), value.end(), [](char c) { return c != ':'; }));
  return groups >= 3 && !digits_of(value).empty();
}

}  // namespace tollgate::redaction
