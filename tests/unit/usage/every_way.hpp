// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tollgate::usage {

using Pieces = std::vector<std::string_view>;

/// An input cut into pieces, each in a buffer of exactly its size: a read past the end of one is a
/// read past the end of its allocation, which the address sanitizer reports.
class CutInput {
 public:
  /// `next` gives the size of each piece in turn; 0 is an empty piece.
  template <class NextSize>
  CutInput(std::string_view input, NextSize next) {
    while (!input.empty()) {
      const std::size_t size = std::min<std::size_t>(next(), input.size());
      auto& buffer = buffers_.emplace_back(std::make_unique<char[]>(size));
      std::memcpy(buffer.get(), input.data(), size);
      pieces_.emplace_back(buffer.get(), size);
      input.remove_prefix(size);
    }
  }
  const Pieces& pieces() const { return pieces_; }

 private:
  std::vector<std::unique_ptr<char[]>> buffers_;
  Pieces pieces_;
};

/// Reads the input whole, byte by byte, in two pieces cut at every place (a long one at some
/// places) and in random pieces, expects the same outcome each time and returns it. `read` takes
/// Pieces and returns something that compares and prints.
template <class Read>
auto read_every_way(std::string_view input, const Read& read) {
  constexpr std::size_t kEveryCut = 500;
  const auto whole = read(CutInput(input, [&] { return input.size(); }).pieces());
  const auto same = [&](const std::string& way, auto next) {
    const auto outcome = read(CutInput(input, next).pieces());
    EXPECT_EQ(outcome, whole) << way << " of " << testing::PrintToString(input.substr(0, 2000));
    return outcome == whole;
  };
  if (!same("byte by byte", [] { return std::size_t{1}; })) return whole;
  std::mt19937 random(20240917);
  const bool is_long = input.size() > kEveryCut;
  const std::size_t cuts = is_long ? 1 + 20'000 / input.size() : input.size();
  for (std::size_t i = 1; i < cuts; ++i) {
    const std::size_t cut = is_long ? 1 + random() % input.size() : i;
    const auto two = [&, first = true]() mutable {
      return std::exchange(first, false) ? cut : input.size();
    };
    if (!same("cut in two at " + std::to_string(cut), two)) return whole;
  }
  for (const std::size_t largest : {3 + input.size() / 4096, std::size_t{17}, std::size_t{700}}) {
    const auto any = [&] { return std::size_t{random() % (largest + 1)}; };
    if (!same("random pieces up to " + std::to_string(largest), any)) return whole;
  }
  return whole;
}

}  // namespace tollgate::usage
