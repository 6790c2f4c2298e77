// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "tollgate/auth/authenticator.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::auth {

/// What a request presents as proof, told apart by where and how it stands.
struct Presented {
  std::optional<std::string_view> api_key;  ///< from the key header, or an opaque bearer value
  std::optional<std::string_view> token;    ///< a bearer value shaped like a JWT
  std::optional<std::string_view> custom_header;
};

/// Reads the fields once. Errors: invalid_input (a key and a bearer value together, or one of the three
/// twice), unauthenticated (an Authorization of another scheme or form).
Result<Presented> read_presented(std::span<const HeaderField> fields,
                                 const config::Authentication& settings);

}  // namespace tollgate::auth
