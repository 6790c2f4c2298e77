// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tollgate/config/config.hpp"

namespace tollgate::proxy {

/// No credential is shorter; what is, may stand in any header.
inline constexpr std::size_t kShortestCredential = 16;

/// Whether the text has a secret of the configuration in it. Of an API key of which only the hash
/// is known: between marks, which are all but letters, digits and - _ +, or split by them in up to
/// eight pieces (a/b).
bool holds_key(std::string_view text, const config::Config& config);

/// What a client put into a header or member that is kept: a key that got there by mistake goes
/// into no record and no log (promise 6).
std::string without_key(std::string text, const config::Config& config);

}  // namespace tollgate::proxy
