// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tollgate::redaction {

/// The digits of a value, without anything else.
std::string digits_of(std::string_view value);
/// Its letters and digits, letters in upper case.
std::string compact(std::string_view value);
bool all_digits(std::string_view text);
/// The number that a few digits spell. REQUIRES: all_digits, at most 9 of them.
int to_number(std::string_view digits);

// Each takes digits only.

/// ISO/IEC 7812-1 annex B.
bool luhn(std::string_view digits);
/// Aadhaar's check (J. Verhoeff, 1969).
bool verhoeff(std::string_view digits);
/// ISO/IEC 7064, hybrid system MOD 11,10: German tax and VAT numbers.
bool iso7064_mod_11_10(std::string_view digits);
/// Sum of the first digits, each times its weight.
int weighted_sum(std::string_view digits, std::span<const int> weights);
/// Letters count from A=10 (ISO/IEC 7064 as ISO 13616 uses it); the whole is taken modulo
/// `modulus`.
int remainder_with_letters(std::string_view compact, int modulus);

/// Whether they may be a day and a month of any year.
bool is_day_and_month(int day, int month);

}  // namespace tollgate::redaction
