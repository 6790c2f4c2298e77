// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "check_digits.hpp"
#include "international_numbers.hpp"
#include "national_ids.hpp"

namespace tollgate::redaction {
namespace {

TEST(Validators, PaymentCards) {
  // The schemes' own test numbers.
  for (const char* card : {"4111111111111111", "5555 5555 5555 4444", "3782-822463-10005",
                           "30569309025904", "6011111111111117", "3530111333300000",
                           "4222222222222", "2223003122003222", "4111.1111.1111.1111"}) {
    EXPECT_TRUE(is_payment_card(card)) << card;
  }
  for (const char* number : {"4111111111111112", "1111111111111117", "411111111111",
                             "4.111111111111111", "41111111111111", "0000000000000000"}) {
    EXPECT_FALSE(is_payment_card(number)) << number;
  }
}

TEST(Validators, Ibans) {
  // Examples of the SWIFT registry.
  for (const char* iban :
       {"DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "FR1420041010050500013M02606",
        "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "ch9300762011623852957"}) {
    EXPECT_TRUE(is_iban(iban)) << iban;
  }
  for (const char* text :
       {"DE89 3704 0044 0532 0130 01", "DE8937040044053201300", "XX89370400440532013000"}) {
    EXPECT_FALSE(is_iban(text)) << text;
  }
}

TEST(Validators, Addresses) {
  EXPECT_TRUE(is_ipv4("203.0.113.7"));
  EXPECT_TRUE(is_ipv4("10.0.0.1"));
  for (const char* text : {"127.0.0.1", "0.0.0.0", "255.255.255.0", "256.1.1.1", "01.2.3.4"}) {
    EXPECT_FALSE(is_ipv4(text)) << text;
  }
  EXPECT_TRUE(is_ipv6("2001:db8::1"));
  EXPECT_TRUE(is_ipv6("::ffff:203.0.113.7"));
  for (const char* text : {"::", "::1", "12:34:56", "dead::beef", "a::b"}) {
    EXPECT_FALSE(is_ipv6(text)) << text;
  }
}

TEST(Validators, PublishedExamplesOfNationalIds) {
  EXPECT_TRUE(is_uk_nhs("943 476 5919"));
  EXPECT_TRUE(is_de_tax_id("86095742719"));
  EXPECT_TRUE(is_de_vat("DE136695976"));
  EXPECT_TRUE(is_fr_nir("2 55 08 14 168 025 38"));
  EXPECT_TRUE(is_es_nif("12345678Z"));
  EXPECT_TRUE(is_es_nif("X1234567L"));
  EXPECT_TRUE(is_it_codice_fiscale("RSSMRA85T10A562S"));
  EXPECT_TRUE(is_pl_pesel("44051401359"));
  EXPECT_TRUE(is_se_personnummer("811218-9876"));
  EXPECT_TRUE(is_in_aadhaar("2341 2341 2346"));
  EXPECT_TRUE(is_in_pan("ABCPE1234F"));
  EXPECT_TRUE(is_kr_rrn("970403-1234567"));
  EXPECT_TRUE(is_au_tfn("123 456 782"));
  EXPECT_TRUE(is_au_abn("51 824 753 556"));
  EXPECT_TRUE(is_au_medicare("2123 45670 1"));
  EXPECT_TRUE(is_uk_nino("AB 12 34 56 C"));
  EXPECT_TRUE(is_us_ssn("536-90-4399"));
}

/// Every other last digit is wrong.
void only_this_check_digit(bool (*holds)(std::string_view), std::string value, std::size_t at) {
  const char right = value[at];
  for (char digit = '0'; digit <= '9'; ++digit) {
    value[at] = digit;
    EXPECT_EQ(holds(value), digit == right) << value;
  }
}

TEST(Validators, OneCheckDigitOnly) {
  only_this_check_digit(is_payment_card, "4111111111111111", 15);
  only_this_check_digit(is_iban, "DE89370400440532013000", 3);
  only_this_check_digit(is_uk_nhs, "9434765919", 9);
  only_this_check_digit(is_de_tax_id, "86095742719", 10);
  only_this_check_digit(is_de_vat, "DE136695976", 10);
  only_this_check_digit(is_fr_nir, "255081416802538", 14);
  only_this_check_digit(is_pl_pesel, "44051401359", 10);
  only_this_check_digit(is_se_personnummer, "8112189876", 9);
  only_this_check_digit(is_in_aadhaar, "234123412346", 11);
  only_this_check_digit(is_au_tfn, "123456782", 8);
  only_this_check_digit(is_au_abn, "51824753556", 10);
  only_this_check_digit(is_au_medicare, "2123456701", 8);
}

TEST(Validators, TooShortAndTooLongIsNone) {
  for (const auto holds :
       {is_us_ssn, is_uk_nino, is_uk_nhs, is_de_tax_id, is_de_vat, is_pl_pesel, is_se_personnummer,
        is_fr_nir, is_es_nif, is_it_codice_fiscale, is_in_aadhaar, is_in_pan, is_kr_rrn, is_au_tfn,
        is_au_abn, is_au_medicare, is_payment_card, is_iban, is_e164}) {
    for (std::size_t length = 0; length < 6; ++length)
      EXPECT_FALSE(holds(std::string(length, '1')));
    EXPECT_FALSE(holds(std::string(40, '1')));
  }
}

}  // namespace
}  // namespace tollgate::redaction
