// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "percent.hpp"

#include <algorithm>

#include "tollgate/base/hex.hpp"
#include "tollgate/http/percent.hpp"

namespace tollgate::operations {

std::optional<char> percent_byte(std::string_view at) {
  if (at.size() < 3) return std::nullopt;
  const std::optional<std::string> byte = from_hex(at.substr(1, 2));
  if (!byte) return std::nullopt;
  return byte->front();
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '+', ' ');
  return http::percent_decode(out);
}

}  // namespace tollgate::operations
