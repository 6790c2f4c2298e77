// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::tokenizer {

inline std::string big_endian(std::uint32_t value, int bytes) {
  std::string out;
  while (bytes-- > 0) out += static_cast<char>(value >> (8 * bytes));
  return out;
}

inline std::string png_header(std::uint32_t width, std::uint32_t height) {
  return "\x89PNG\r\n\x1A\n" + big_endian(13, 4) + "IHDR" + big_endian(width, 4) +
         big_endian(height, 4);
}

inline std::string jpeg_segment(char marker, const std::string& content) {
  return std::string("\xFF") + marker +
         big_endian(static_cast<std::uint32_t>(content.size()) + 2, 2) + content;
}

inline std::string jpeg_frame(char marker, std::uint32_t width, std::uint32_t height) {
  return jpeg_segment(marker, "\x08" + big_endian(height, 2) + big_endian(width, 2) + "\x03");
}

inline std::string data_url(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "data:image/any;base64,";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= bytes.size() ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

}  // namespace tollgate::tokenizer
