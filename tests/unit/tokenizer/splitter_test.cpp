// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "splitter.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tollgate::tokenizer {
namespace {

using Pieces = std::vector<std::string>;

Pieces split(Encoding encoding, std::string_view text) {
  Pieces pieces;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const Piece piece = next_piece(encoding, at, end);
    EXPECT_GT(piece.end, at);
    pieces.emplace_back(at, piece.end);
    at = piece.end;
  }
  return pieces;
}

struct Case {
  const char* what;
  Pieces o200k_base;
  Pieces cl100k_base;
};

std::string joined(const Pieces& pieces) {
  std::string text;
  for (const auto& piece : pieces) text += piece;
  return text;
}

// The reference's pieces, both encodings alike.
TEST(Splitter, CutsWhatBothPatternsCutAlike) {
  const std::vector<Pieces> texts{
      {"hello", " world", ".\n"},
      {"Hello", ",", " world", "!", " ", "123", "45", " o", "'clock"},
      {"a", " \n", " b", " ", " c"},
      {"x", "\n\n", " ", " y"},
      {" ", " end", "  "},
      {"\t", "\tif", " (", "a", ")", " {", " return", " /*", " x", " */", " b", ";", " }"},
      {"a", "\r\n\r\n", "\tb"},
      {"...\r\n\n", "a"},
      {"<|", "endoftext", "|>"},
      {"\u3000", "\u3000全"},
      {"١٢٣", "٤٥", " ", "½"},
      {"😀👩\u200D👩\u200D👧"},
      {"中文AND日本語abc"},
      {"ǅabc"},
      {"\u00A0", "\u2028", "1"},
  };
  for (const Pieces& pieces : texts) {
    EXPECT_EQ(split(Encoding::o200k_base, joined(pieces)), pieces);
    EXPECT_EQ(split(Encoding::cl100k_base, joined(pieces)), pieces);
  }
}

TEST(Splitter, CutsByEachPatternWhereTheyDiffer) {
  const std::vector<Case> cases{
      {"contractions",
       {"We'LL", " don'T", " I'm", " x", "'y"},
       {"We", "'LL", " don", "'T", " I", "'m", " x", "'y"}},
      {"long s in contractions", {" ſ'ſ", "é"}, {" ſ", "'ſ", "é"}},
      {"one contraction to a word", {"I'd", "'ve"}, {"I", "'d", "'ve"}},
      {"capitals", {"HTTPServer", " i", "Phone"}, {"HTTPServer", " iPhone"}},
      {"capitals after a letter without case", {" ʰ", "A", " 中", "A"}, {" ʰA", " 中A"}},
      {"combining marks",
       {"éa\u0301b", " \u0301x", "!\u0301"},
       {"éa", "\u0301b", " \u0301", "x", "!\u0301"}},
      {"a mark before capitals", {"\u0301", "AB", "1"}, {"\u0301AB", "1"}},
      {"slashes", {"..//\n/", "a"}, {"..//\n", "/a"}},
      {"space at the end", {"y", "   \n", " "}, {"y", "   \n "}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(split(Encoding::o200k_base, joined(c.o200k_base)), c.o200k_base) << c.what;
    EXPECT_EQ(split(Encoding::cl100k_base, joined(c.cl100k_base)), c.cl100k_base) << c.what;
  }
}

/// What `seen` promises: a piece seen to end before the text does stays as it is, whatever follows.
TEST(Splitter, LooksNoFurtherThanItSays) {
  const std::vector<std::string> more{"a", "A",  " ", "\n", "1",      "'",
                                      "s", "ll", "!", "/",  "\u0301", "中"};
  const std::vector<std::string> texts{"ab ", "AB中 ", "I'l",   "I'", "I's",     "  \n  ",
                                       "12",  "1234",  ".\n",   "./", "\u0301A", "中AB.",
                                       "a'r", "   x",  "\t\tx", "' "};
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    for (const auto& text : texts) {
      const Piece piece = next_piece(encoding, text.data(), text.data() + text.size());
      if (piece.seen == text.data() + text.size()) continue;
      for (const auto& suffix : more) {
        const std::string longer = text + suffix;
        const Piece again = next_piece(encoding, longer.data(), longer.data() + longer.size());
        EXPECT_EQ(again.end - longer.data(), piece.end - text.data()) << text << '+' << suffix;
      }
    }
  }
}

}  // namespace
}  // namespace tollgate::tokenizer
