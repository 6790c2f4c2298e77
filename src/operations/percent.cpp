// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "percent.hpp"

namespace tollgate::operations {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<char> percent_byte(std::string_view at) {
  if (at.size() < 3) return std::nullopt;
  const int high = hex_value(at[1]);
  const int low = hex_value(at[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const std::optional<char> byte = percent_byte(text.substr(i));
    if (!byte) return std::nullopt;
    out.push_back(*byte);
    i += 2;
  }
  return out;
}

}  // namespace tollgate::operations
