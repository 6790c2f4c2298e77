// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"

namespace tollgate::http {

/// An absolute http or https URL, taken apart.
struct Url {
  bool tls = true;
  std::string host;  ///< without brackets
  std::uint16_t port = 443;
  std::string target = "/";  ///< path and query, never empty

  /// The value for a Host field: the port only when it is not the scheme's own.
  std::string authority() const;
};

/// Error invalid_input: not http(s), no host, user information, a fragment, a bad port or control
/// bytes.
Result<Url> parse_url(std::string_view text);

}  // namespace tollgate::http
