// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "head_grammar.hpp"

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

bool may_stand_in_token(unsigned char c) {
  const bool named =
      std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  return named || (c < 0x80 && std::isalnum(c) != 0);
}

bool may_stand_in_value(unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7F); }

/// Calls `check` with texts of every size about two blocks long, each with every byte at every
/// place, and that byte.
template <class Check>
void for_every_byte_everywhere(const Check& check) {
  for (std::size_t size = 1; size <= 35; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'x');
        text[place] = static_cast<char>(byte);
        check(text, static_cast<unsigned char>(byte));
      }
    }
  }
}

TEST(HeadGrammar, ATokenHoldsWhatTheStandardAllowsAndNothingElse) {
  EXPECT_FALSE(is_token(""));
  for_every_byte_everywhere([](const std::string& text, unsigned char byte) {
    ASSERT_EQ(is_token(text), may_stand_in_token(byte)) << text.size() << " with " << int{byte};
  });
}

TEST(HeadGrammar, AValueHoldsNoControlByteButTab) {
  EXPECT_TRUE(is_field_value(""));
  for_every_byte_everywhere([](const std::string& text, unsigned char byte) {
    ASSERT_EQ(is_field_value(text), may_stand_in_value(byte))
        << text.size() << " with " << int{byte};
  });
}

TEST(HeadGrammar, ANameEndsAtItsColon) {
  for (std::size_t size = 0; size <= 35; ++size) {
    const std::string name(size, 'n');
    std::vector<Field> fields;
    const std::string head = name + ":  a value \r\n\r\n";
    const auto fault = parse_fields(head, 100, fields);
    ASSERT_EQ(fault.has_value(), name.empty());
    if (name.empty()) continue;
    ASSERT_EQ(fields.size(), 1U);
    EXPECT_EQ(fields[0].name.size(), size);
    EXPECT_EQ(fields[0].value, "a value");
    EXPECT_TRUE(parse_fields(name + " : a\r\n\r\n", 100, fields));
    EXPECT_TRUE(parse_fields(name + "\r\n\r\n", 100, fields));
  }
}

}  // namespace
}  // namespace tollgate::http
