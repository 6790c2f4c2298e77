// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/config/config.hpp"

namespace tollgate::proxy {

/// Whether the text has a secret of the configuration in it, also an API key of which only the hash
/// is known (base/hashed_key.hpp).
bool holds_key(std::string_view text, const config::Config& config);

/// What a client put into a header or member that is kept: a key that got there by mistake goes
/// into no record and no log (promise 6).
std::string without_key(std::string text, const config::Config& config);

}  // namespace tollgate::proxy
