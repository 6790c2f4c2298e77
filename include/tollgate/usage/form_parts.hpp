// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::usage {

/// One part of a multipart/form-data body.
struct FormPart {
  std::string_view name;  ///< of the field, without quotes
  bool is_file = false;   ///< it has a file name
  std::size_t begin = 0;  ///< byte range of the content in the body
  std::size_t end = 0;
};

/// More parts than any operation has fields.
inline constexpr std::size_t kMostFormParts = 1'000;

/// The parts in their order; what they hold is stepped over. Linear. Views into `body`. Error
/// invalid_input: not multipart/form-data, no boundary in the content type, a body that does not
/// keep to it, too many parts.
Result<std::vector<FormPart>> form_parts(std::string_view content_type, std::string_view body);

}  // namespace tollgate::usage
