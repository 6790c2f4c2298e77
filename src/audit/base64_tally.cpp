// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "base64_tally.hpp"

#include <array>
#include <cstddef>

namespace tollgate::audit {
namespace {

constexpr std::int8_t kNone = -1;
constexpr std::int8_t kPadding = -2;

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(kNone);
  for (std::size_t i = 0; i < 26; ++i) {
    values['A' + i] = static_cast<std::int8_t>(i);
    values['a' + i] = static_cast<std::int8_t>(26 + i);
  }
  for (std::size_t i = 0; i < 10; ++i) values['0' + i] = static_cast<std::int8_t>(52 + i);
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  values['='] = kPadding;
  return values;
}

constexpr auto kValues = make_values();

std::int8_t value_of(char c) { return kValues[static_cast<unsigned char>(c)]; }

}  // namespace

bool is_base64(char c) { return value_of(c) != kNone; }

void Base64Tally::add(std::string_view text) {
  std::array<char, 3072> bytes;
  std::size_t count = 0;
  for (const char c : text) {
    const std::int8_t value = value_of(c);
    if (value < 0) {
      if (value == kNone) ++strange_;
      bit_count_ = 0;  // what follows padding begins anew
      continue;
    }
    bits_ = (bits_ << 6) | static_cast<std::uint32_t>(value);
    bit_count_ += 6;
    if (bit_count_ < 8) continue;
    bit_count_ -= 8;
    bytes[count++] = static_cast<char>(bits_ >> bit_count_ & 0xFF);
    if (count == bytes.size()) {
      digest_.add({bytes.data(), count});
      count = 0;
    }
  }
  digest_.add({bytes.data(), count});
}

}  // namespace tollgate::audit
