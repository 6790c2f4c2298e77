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

/// A run may name a model of its own beside its assistant's.
bool body_names_model(const OutboundRequest& request) {
  const bool own_model = request.target->operation->may_name_model && !request.scan->model.empty();
  return own_model || request.target->names_model_in_body();
}

}  // namespace

RewrittenRequest rewrite_request(const OutboundRequest& request,
                                 const routing::Candidate& candidate, bool inject_include_usage) {
  RewrittenRequest out;
  out.original_body = request.body;
  out.target = operations::forward_path(*request.target, candidate.deployment);
  if (!request.target->query.empty()) out.target.append("?").append(request.target->query);
  if (request.scan == nullptr) return out;
  if (inject_include_usage) {
    change(out, usage::with_include_usage(request.body, *request.scan));
  }
  if (body_names_model(request) && request.scan->model != candidate.deployment) {
    // The first rewrite moved the offsets: they are read anew. It cannot fail on what it accepted
    // before.
    const auto scan = out.changed ? usage::scan_request(out.changed_body).value() : *request.scan;
    change(out, usage::with_model(out.body(), scan, candidate.deployment));
  }
  return out;
}

}  // namespace tollgate::upstream
