// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/json_extent.hpp"

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::usage {

std::size_t JsonExtent::feed(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while ((at = next_stop(at, end)) < end) {
    const char c = *at++;
    if (in_string_) {
      escaped_ = c == '\\';
      in_string_ = escaped_;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (depth_ == 0 || --depth_ == 0) {
      break;
    }
  }
  return static_cast<std::size_t>(at - bytes.data());
}

/// The next byte that changes the state; what a backslash stands before is gone over.
const char* JsonExtent::next_stop(const char* at, const char* end) {
  if (!in_string_) return find_nesting_stop(at, end);
  if (escaped_ && at < end) {
    escaped_ = false;
    ++at;
  }
  return find_string_stop(at, end);
}

}  // namespace tollgate::usage
