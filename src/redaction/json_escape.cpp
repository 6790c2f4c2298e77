// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_escape.hpp"

namespace tollgate::redaction {
namespace {

constexpr std::size_t kShort = 2;
constexpr std::size_t kLong = 6;  ///< `\u0040`

bool is_escaped(std::string_view json, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && json[begin - 1] == '\\') --begin;
  return (at - begin) % 2 == 1;
}

}  // namespace

JsonEscape json_escape_around(std::string_view json, std::size_t at) {
  if (at >= json.size()) return {at, at};
  if (is_escaped(json, at)) return {at - 1, at - 1 + (json[at] == 'u' ? kLong : kShort)};
  for (std::size_t back = 1; back + 1 < kLong && back < at; ++back) {
    const std::size_t u = at - back;
    if (json[u] == 'u' && is_escaped(json, u)) return {u - 1, u - 1 + kLong};
  }
  return {at, at};
}

}  // namespace tollgate::redaction
