// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/routing/route.hpp"
#include "tollgate/upstream/upstream.hpp"

namespace tollgate::upstream {

/// A request in the words of one candidate: its deployment in the path or the body, include_usage
/// added.
struct RewrittenRequest {
  std::string target;
  std::string_view original_body;
  std::string changed_body;
  bool changed = false;
  std::vector<http::Field> replaced;  ///< fields whose values name a deployment

  std::string_view body() const { return changed ? changed_body : original_body; }
};

RewrittenRequest rewrite_request(const OutboundRequest& request,
                                 const routing::Candidate& candidate, bool inject_include_usage);

}  // namespace tollgate::upstream
