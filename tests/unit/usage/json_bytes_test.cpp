// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/json_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "every_way.hpp"
#include "line_end.hpp"
#include "nesting_walk.hpp"

// The block-wise searches against the plain ones, over bytes that look alike to them.
namespace tollgate::usage {
namespace {

/// Quotes, brackets, line ends, and what differs from them in a bit or two.
constexpr std::string_view kAlphabet =
    "\"\\{}[]Y_y\x7F"
    "x\n\r\x1F\x0B\x8A\x8D\xDB\xFD\xA2 ,:";

std::string random_text(std::mt19937& random, std::size_t size) {
  // Mostly letters: hits have to lie in every block, and behind the last whole one.
  std::string out(size, 'x');
  for (char& c : out) {
    if (random() % 16 == 0) c = kAlphabet[random() % kAlphabet.size()];
  }
  return out;
}

/// Runs `check` with views into buffers of every size, so that a search past the end is seen.
template <class Check>
void for_many_texts(const Check& check) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 100; ++size) {
    for (int round = 0; round < 40; ++round) {
      const std::string text = random_text(random, size);
      const CutInput copy(text, [&] { return size; });
      for (const std::string_view piece : copy.pieces()) check(piece);
    }
  }
}

TEST(JsonBytes, FindsTheFirstQuoteOrBackslash) {
  for_many_texts([](std::string_view text) {
    const char* const end = text.data() + text.size();
    const std::size_t expected = std::min(text.find_first_of("\"\\"), text.size());
    ASSERT_EQ(find_string_stop(text.data(), end) - text.data(), expected) << text;
  });
}

TEST(JsonBytes, FindsTheFirstByteThatNoStrictStringHolds) {
  for_many_texts([](std::string_view text) {
    const char* const end = text.data() + text.size();
    const auto* const expected = std::find_if(text.data(), end, [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
    ASSERT_EQ(find_strict_stop(text.data(), end), expected) << text;
  });
}

TEST(JsonBytes, FindsTheFirstByteThatIsNoPlainAscii) {
  for_many_texts([](std::string_view text) {
    const char* const end = text.data() + text.size();
    const auto* const expected = std::find_if(text.data(), end, [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return c == '"' || c == '\\' || byte < 0x20 || byte > 0x7F;
    });
    ASSERT_EQ(find_ascii_stop(text.data(), end), expected) << text;
  });
}

TEST(JsonBytes, FindsTheFirstByteThatIsNotAscii) {
  for_many_texts([](std::string_view text) {
    const char* const end = text.data() + text.size();
    const auto* const expected =
        std::find_if(text.data(), end, [](char c) { return static_cast<unsigned char>(c) > 0x7F; });
    ASSERT_EQ(find_non_ascii(text.data(), end), expected) << text;
  });
}

TEST(JsonBytes, FindsTheFirstQuoteBracketOrBrace) {
  for_many_texts([](std::string_view text) {
    const char* const end = text.data() + text.size();
    const std::size_t expected = std::min(text.find_first_of("\"[]{}"), text.size());
    ASSERT_EQ(find_nesting_stop(text.data(), end) - text.data(), expected) << text;
  });
}

/// How deep the text nests from depth 1 on, byte by byte: where the bracket stands that closes it
/// (npos: none does), and the depth there.
std::pair<std::size_t, std::uint64_t> plain_walk(std::string_view text) {
  std::uint64_t depth = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && (text[i] == '{' || text[i] == '[')) {
      ++depth;
    } else if (!in_string && (text[i] == '}' || text[i] == ']') && --depth == 0) {
      return {i, 1};
    }
  }
  return {text.size(), depth};
}

/// As JsonScanner drives it.
std::pair<std::size_t, std::uint64_t> walk(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  NestingWalk walk(1, 1);
  while (at != end && !walk.ended()) {
    at = walk.over_blocks(at, end);
    if (at == end || walk.ended()) break;
    if (!walk.in_string()) {
      at = walk.over_one(at, end);
      continue;
    }
    while (at != end && *at != '"') at += *at == '\\' && end - at > 1 ? 2 : 1;
    if (at == end) break;
    walk.leave_string();
    ++at;
  }
  EXPECT_FALSE(walk.ended() && walk.in_string()) << text;
  return {static_cast<std::size_t>(at - text.data()), walk.depth()};
}

TEST(NestingWalk, CountsAsAPlainOneDoes) {
  std::size_t closed = 0;
  for_many_texts([&](std::string_view text) {
    const auto [place, depth] = plain_walk(text);
    closed += place != text.size() ? 1 : 0;
    ASSERT_EQ(walk(text), std::pair(place, depth)) << text;
  });
  EXPECT_GT(closed, 500U);
}

TEST(LineEnd, FindsTheFirstCarriageReturnOrLineFeed) {
  for_many_texts([](std::string_view text) {
    ASSERT_EQ(find_line_end(text), std::min(text.find_first_of("\r\n"), text.size())) << text;
  });
}

}  // namespace
}  // namespace tollgate::usage
