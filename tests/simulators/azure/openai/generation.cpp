// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/generation.hpp"

#include <array>
#include <atomic>
#include <cstdio>

#include "tollgate/base/time.hpp"

namespace tollgate::simulator {

std::string Generation::padding() {
  static constexpr char kLetters[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string out(1 + random() % 12, ' ');
  for (char& c : out) c = kLetters[random() % (sizeof(kLetters) - 1)];
  return out;
}

std::string word_at(std::int64_t index) {
  static constexpr std::array kWords{"Blue",   " skies",  " \"quoted\"", " über",
                                     " and\n", " usage:", " 😀"};
  return kWords[static_cast<std::size_t>(index) % kWords.size()];
}

std::string text_of(const Generation& g) {
  std::string out;
  for (std::int64_t i = 0; i < g.words; ++i) out += word_at(i);
  return out;
}

std::string make_id(const std::string& prefix) {
  static const std::uint64_t kStart = std::random_device()();
  static std::atomic<std::uint64_t> next{1};
  char digits[40];
  std::snprintf(digits, sizeof(digits), "%012llx%08llx",
                static_cast<unsigned long long>(next++),  // NOLINT(google-runtime-int)
                static_cast<unsigned long long>(kStart));
  return prefix + digits;
}

std::int64_t unix_now() { return to_unix_micros(std::chrono::system_clock::now()) / 1'000'000; }

}  // namespace tollgate::simulator
