// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tollgate::redaction {

/// 13 to 19 digits of an issuer's range with Luhn's check (ISO/IEC 7812-1).
bool is_payment_card(std::string_view value);
/// Length by country and the check modulo 97 (ISO 13616).
bool is_iban(std::string_view value);
/// 8 to 15 digits, the first not 0 (ITU-T E.164).
bool is_e164(std::string_view value);
/// 6 to 15 digits that are more than one digit again and again.
bool is_national_phone(std::string_view value);
/// An address that may be a person's: no loopback, mask or unspecified one.
bool is_ipv4(std::string_view value);
/// The same; with a digit, for `dead::beef` is more often a name in C++.
bool is_ipv6(std::string_view value);

}  // namespace tollgate::redaction
