// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "utf8_repair.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tollgate::tokenizer {
namespace {

std::string repaired(const std::vector<std::string_view>& pieces) {
  std::string cut;
  std::string out;
  for (const auto piece : pieces) append_repaired(piece, cut, out);
  finish_repaired(cut, out);
  EXPECT_TRUE(cut.empty());
  return out;
}

struct Case {
  std::string_view bytes;
  std::string_view text;  ///< with '?' for U+FFFD
};

// What Python's bytes.decode(errors="replace") gives.
const std::vector<Case> kCases{
    {"", ""},
    {"plain ASCII, eight bytes at a time", "plain ASCII, eight bytes at a time"},
    {"é한😀", "é한😀"},
    {"\x80z", "?z"},     // a lone continuation
    {"\xC0\xAF", "??"},  // overlong
    {"\xE0\x80\x80", "???"},
    {"\xED\xA0\x80", "???"},                   // a surrogate
    {"\xED\x9F\xBF", "\xED\x9F\xBF"},          // the last before them
    {"\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},  // U+10FFFF
    {"\xF4\x90\x80\x80", "????"},              // past it
    {"\xF5\xFF", "??"},
    {"a\xE2\x82"
     "b",
     "a?b"},  // cut short: one maximal part
    {"a\xF0\x9F\x98"
     "b",
     "a?b"},
    {"\xF0\x9F\xF0\x9F\x98\x80", "?😀"},
    {"\xE2\x82\xE2\x82\xAC", "?€"},
    {"ends in \xF0\x9F\x98", "ends in ?"},
    {"ends in \xC3", "ends in ?"},
};

std::string with_replacements(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '?' ? "\xEF\xBF\xBD" : std::string(1, c);
  return out;
}

TEST(Utf8Repair, ReplacesEachMaximalPart) {
  for (const auto& [bytes, text] : kCases) {
    EXPECT_EQ(repaired({bytes}), with_replacements(text)) << testing::PrintToString(bytes);
  }
}

TEST(Utf8Repair, IsTheSameForEverySplit) {
  for (const auto& [bytes, text] : kCases) {
    std::vector<std::string_view> single;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      EXPECT_EQ(repaired({bytes.substr(0, i), bytes.substr(i)}), with_replacements(text));
      single.push_back(bytes.substr(i, 1));
    }
    EXPECT_EQ(repaired(single), with_replacements(text)) << testing::PrintToString(bytes);
  }
}

TEST(Utf8Repair, GivesWellFormedTextForRandomBytes) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> byte(0x70, 0xFF);
  for (int round = 0; round < 300; ++round) {
    std::string bytes(40, ' ');
    for (char& c : bytes) c = static_cast<char>(byte(random));
    const std::string whole = repaired({bytes});
    EXPECT_EQ(well_formed_length(whole), whole.size());
    EXPECT_EQ(whole == bytes, well_formed_length(bytes) == bytes.size());
    const std::size_t cut = random() % bytes.size();
    EXPECT_EQ(
        repaired({std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut)}),
        whole);
  }
}

TEST(WellFormedLength, StopsAtTheFirstFault) {
  EXPECT_EQ(well_formed_length("12345678é1234567\xFF"
                               "8"),
            17u);
  EXPECT_EQ(well_formed_length("12345678\xE2\x82"), 8u);
  EXPECT_EQ(well_formed_length("é"), 2u);
}

}  // namespace
}  // namespace tollgate::tokenizer
