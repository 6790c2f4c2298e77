// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

// Whether a value, with or without separators, is an id that the country's office may have given:
// length, check digits, and dates within. Rules and weights from memory of what the offices
// publish; the tests hold them against published examples and an independent implementation.
namespace tollgate::redaction {

bool is_us_ssn(std::string_view value);     ///< no check digit: areas, groups and serials in use
bool is_uk_nino(std::string_view value);    ///< no check digit: prefixes in use
bool is_uk_nhs(std::string_view value);     ///< modulo 11
bool is_de_tax_id(std::string_view value);  ///< ISO 7064 MOD 11,10, one digit twice or three times
bool is_de_vat(std::string_view value);     ///< ISO 7064 MOD 11,10
bool is_pl_pesel(std::string_view value);   ///< weights 1, 3, 7, 9; a date with its century
bool is_se_personnummer(
    std::string_view value);             ///< Luhn; a date, for coordination numbers plus 60
bool is_fr_nir(std::string_view value);  ///< 97 less the rest modulo 97
bool is_es_nif(std::string_view value);  ///< letter modulo 23; foreigners' (NIE) too
bool is_it_codice_fiscale(std::string_view value);  ///< check letter; letters for digits (omocodia)
bool is_in_aadhaar(std::string_view value);         ///< Verhoeff
bool is_in_pan(std::string_view value);             ///< no check digit: kinds of holder in use
bool is_kr_rrn(std::string_view value);             ///< modulo 11, but random since October 2020
bool is_au_tfn(std::string_view value);             ///< modulo 11
bool is_au_abn(std::string_view value);             ///< modulo 89
bool is_au_medicare(std::string_view value);        ///< modulo 10

}  // namespace tollgate::redaction
