// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tollgate::usage {

/// What may stand between the objects of an array, of a sequence (RFC 7464) and of lines, and a
/// byte order mark before them.
inline constexpr std::string_view kBetweenObjects = "[], \t\r\n\x1E\xEF\xBB\xBF";

/// Sans-I/O: follows a JSON object or array to the bracket that closes it, in any split. It counts
/// nesting and goes over strings, and does not validate.
class JsonExtent {
 public:
  /// `bytes` begin with the opening bracket of the next one, or go on with the open one. How many
  /// of them belong to it.
  std::size_t feed(std::string_view bytes);
  /// One has begun and not ended.
  bool is_open() const { return depth_ > 0; }

 private:
  const char* next_stop(const char* at, const char* end);

  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace tollgate::usage
