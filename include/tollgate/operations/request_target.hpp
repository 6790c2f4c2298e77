// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/operations/operation.hpp"

namespace tollgate::operations {

/// A request target, parsed and checked: where a request wants to go.
struct RequestTarget {
  const Operation* operation = nullptr;
  UrlFamily family = UrlFamily::legacy;
  std::string deployment;  ///< percent-decoded; empty in the v1 family
  std::string object_id;   ///< what stood for {object}
  std::string file_id;     ///< what stood for {file}
  std::string api_version;
  std::string path;   ///< normalised, as it will be forwarded (before a deployment swap)
  std::string query;  ///< without credentials (?api-key= is removed), without '?'
};

/// Parses an origin-form target. Doubled and trailing slashes, a project before the path
/// (/api/projects/NAME) and a missing /openai before /v1 are taken out or put in: what is matched
/// is what is sent. Errors: invalid_input (400: encoded slashes, dot segments, control bytes, two
/// api-versions and the other cases of faults.md P4), not_found (404: no such operation, or not
/// with this method: allowed_methods() tells).
Result<RequestTarget> parse_target(std::string_view method, std::string_view target);

/// The methods that the target's path allows, for an Allow field; empty when the path is unknown.
std::string allowed_methods(std::string_view target);

/// The path to send to a backend whose deployment may have another name.
std::string forward_path(const RequestTarget& target, std::string_view deployment);

}  // namespace tollgate::operations
