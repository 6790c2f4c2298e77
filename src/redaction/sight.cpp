// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sight.hpp"

#include <utf8proc.h>

namespace tollgate::redaction {
namespace {

/// Symbols by their category, but nothing that says anything: the blank of Braille, what stands for
/// an object, and what stands for bytes that could not be read.
constexpr bool is_stand_in(std::int32_t point) {
  return point == 0x2800 || point == 0xFFFC || point == 0xFFFD;
}

}  // namespace

Sight sight_of(std::int32_t point) {
  if (point == 0) return Sight::never;
  if (point < 0x80) return is_plain(static_cast<char>(point)) ? Sight::seen : Sight::doubtful;
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
      return Sight::never;
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return Sight::doubtful;
    default:
      return is_stand_in(point) ? Sight::doubtful : Sight::seen;
  }
}

std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && is_plain(text[length])) ++length;
  return length;
}

}  // namespace tollgate::redaction
