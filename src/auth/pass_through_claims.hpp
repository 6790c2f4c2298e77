// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "jwt.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::auth {

/// Reads a token that the backend will check: nothing in it is proven here. Nullopt: it is not for
/// one of the backends' audiences, or cannot be read.
std::optional<TokenIdentity> read_pass_through(std::string_view token,
                                               const config::PassThroughAuthentication& settings);

}  // namespace tollgate::auth
