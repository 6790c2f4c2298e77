// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "tollgate/auth/authenticator.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::auth {

/// What a request presents as proof, told apart by where and how it stands.
// NOLINTNEXTLINE(bugprone-exception-escape): views are moved, which allocates nothing.
struct Presented {
  /// From the headers of keys and an opaque bearer value, each different one once. Several are good
  /// when all of them are one client's: clients send their key in two places.
  boost::container::small_vector<std::string_view, 2> api_keys;
  std::optional<std::string_view> token;  ///< a bearer value shaped like a JWT
  std::optional<std::string_view> custom_header;
};

/// Reads the fields once. A header of keys without a value and a bearer scheme without one present
/// nothing: clients whose key is not set send them. Errors: invalid_input (a key and a token
/// together, or one header twice), unauthenticated (an Authorization of another scheme or form).
Result<Presented> read_presented(std::span<const HeaderField> fields,
                                 const config::Authentication& settings);

}  // namespace tollgate::auth
