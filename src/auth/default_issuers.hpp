// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "jwt.hpp"

namespace tollgate::auth {

/// What an authority writes into `iss` for a tenant: the v1 form, whose host depends on the cloud,
/// and the v2 form, which is the authority's own. The public cloud and US Government share the v1
/// host.
std::vector<TokenRules::Issuer> default_issuers(const std::string& authority,
                                                const std::string& tenant);

}  // namespace tollgate::auth
