// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rewritten_request.hpp"

#include <utility>

namespace tollgate::upstream {
namespace {

void change(RewrittenRequest& out, std::string body) {
  out.changed_body = std::move(body);
  out.changed = true;
}

bool names_model_in_body(const routing::RequestTarget& target) {
  return target.family == routing::UrlFamily::v1 || target.operation->model_in_body;
}

}  // namespace

RewrittenRequest rewrite_request(const OutboundRequest& request,
                                 const routing::Candidate& candidate) {
  RewrittenRequest out;
  out.original_body = request.body;
  out.target = routing::forward_path(*request.target, candidate.deployment);
  if (!request.target->query.empty()) out.target.append("?").append(request.target->query);
  if (request.scan == nullptr) return out;
  if (request.inject_include_usage) {
    change(out, usage::with_include_usage(request.body, *request.scan));
  }
  if (names_model_in_body(*request.target) && request.scan->model != candidate.deployment) {
    // The first rewrite moved the offsets: they are read anew. It cannot fail on what it accepted before.
    const auto scan = out.changed ? usage::scan_request(out.changed_body).value() : *request.scan;
    change(out, usage::with_model(out.body(), scan, candidate.deployment));
  }
  return out;
}

}  // namespace tollgate::upstream
