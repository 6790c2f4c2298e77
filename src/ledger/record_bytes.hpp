// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "record_codec.hpp"

// Numbers and texts as records have them in journals (docs/ledger-format.md).
namespace tollgate::ledger {

/// Little-endian.
template <class Number>
void write_number(char* to, Number value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &value, sizeof value);
  } else {
    const auto bits = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof value; ++i) to[i] = static_cast<char>(bits >> (8 * i));
  }
}

inline void put_u32(std::string& out, std::uint32_t value) {
  std::array<char, 4> bytes;
  write_number(bytes.data(), value);
  out.append(bytes.data(), bytes.size());
}

inline void put_i64(std::string& out, std::int64_t value) {
  std::array<char, 8> bytes;
  write_number(bytes.data(), value);
  out.append(bytes.data(), bytes.size());
}

inline void put_text(std::string& out, std::string_view text) {
  text = text.substr(0, kLongestText);
  put_u32(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

/// Takes values off the front of bytes; any shortage makes it fail for good.
class Take {
 public:
  explicit Take(std::string_view bytes) : bytes_(bytes) {}

  std::uint32_t u32() { return number<std::uint32_t>(); }
  std::int64_t i64() { return static_cast<std::int64_t>(number<std::uint64_t>()); }
  std::string_view text() { return raw(u32()); }
  std::string_view raw(std::size_t size) {
    if (size > bytes_.size()) {
      failed_ = true;
      bytes_ = {};
      return {};
    }
    const std::string_view out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }
  bool failed() const { return failed_; }
  bool empty() const { return bytes_.empty(); }

 private:
  template <class Number>
  Number number() {
    const std::string_view bytes = raw(sizeof(Number));
    Number value = 0;
    if (bytes.empty()) return value;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&value, bytes.data(), sizeof value);
    } else {
      for (std::size_t i = 0; i < sizeof value; ++i) {
        value |= static_cast<Number>(static_cast<unsigned char>(bytes[i])) << (8 * i);
      }
    }
    return value;
  }

  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace tollgate::ledger
