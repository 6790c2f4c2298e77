// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::operations {

/// What a query brings.
struct Query {
  std::string api_version;
  std::string forwarded;  ///< as it came, without credentials and without a repeated api-version
};

/// Reads the part behind the '?'. Names may be percent-encoded (SDKs send include%5B%5D) and are
/// decoded before they are judged. Errors: invalid_input (a broken percent sign in a name, two
/// different api-versions, one that is malformed).
Result<Query> read_query(std::string_view query);

/// The decoded values of all parameters with this name, brackets behind it left out; what cannot be
/// decoded stays as it is.
std::vector<std::string> query_values(std::string_view query, std::string_view name);

}  // namespace tollgate::operations
