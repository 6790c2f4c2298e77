// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "secret_shapes.hpp"

#include <algorithm>

#include "neighbours.hpp"

namespace tollgate::redaction {

bool looks_generated(std::string_view value) {
  // Behind the prefix, which may hold capitals itself.
  const std::string_view own = value.substr(std::min<std::size_t>(value.size(), 3));
  return std::any_of(own.begin(), own.end(),
                     [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

bool looks_assigned(std::string_view value) {
  const bool placeholder = value.front() == '<' || value.front() == '$' || value.front() == '{' ||
                           value.front() == '[' || value.find("://") != std::string_view::npos;
  return !placeholder && std::any_of(value.begin(), value.end(), is_digit) &&
         std::any_of(value.begin(), value.end(), is_letter);
}

bool is_token_of_parts(std::string_view value) {
  return std::count(value.begin(), value.end(), '.') >= 2;
}

}  // namespace tollgate::redaction
