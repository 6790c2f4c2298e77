// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tollgate::http {

/// One header field as received. The views point into the buffer the head was read into.
struct Field {
  std::string_view name;
  std::string_view value;  ///< without the optional white space around it
};

}  // namespace tollgate::http
