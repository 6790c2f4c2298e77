// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rewritten_request.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/operations/work_url.hpp"

namespace tollgate::upstream {
namespace {

/// What the candidate's backend calls a model that the request names.
std::string_view deployment_at(const NamedModel& model, const routing::Candidate& candidate) {
  if (model.route == nullptr) return candidate.deployment;
  for (const routing::Candidate& other : model.route->candidates) {
    if (other.backend_index == candidate.backend_index) return other.deployment;
  }
  return model.name->value;
}

/// What stands there, in the words of that backend.
std::string name_at(const NamedModel& model, const routing::Candidate& candidate) {
  const std::string_view deployment = deployment_at(model, candidate);
  if (model.name->is(operations::Names::work_url) && deployment != model.name->value)
    return operations::with_deployment(model.name->value, deployment);
  return std::string(deployment);
}

/// A deployment's name comes out of a configuration: printable, so only these two need escaping.
void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

struct Edit {
  const operations::RequestName* name;
  std::string text;
};

/// The names in the body that are others there, in their order.
std::vector<Edit> edits_for(const OutboundRequest& request, const routing::Candidate& candidate) {
  std::vector<Edit> out;
  for (const NamedModel& model : request.models) {
    std::string text = name_at(model, candidate);
    const bool in_body = model.name->end != model.name->begin;
    if (in_body && model.name->value != text) out.push_back({model.name, std::move(text)});
  }
  std::sort(out.begin(), out.end(),
            [](const Edit& a, const Edit& b) { return a.name->begin < b.name->begin; });
  return out;
}

std::string edited(std::string_view body, const std::vector<Edit>& edits) {
  std::string out;
  out.reserve(body.size() + edits.size() * 32);
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    out.append(body.substr(at, edit.name->begin - at));
    if (edit.name->place->where == operations::Where::form) {
      out.append(edit.text);
    } else {
      append_quoted(out, edit.text);
    }
    at = edit.name->end;
  }
  return out.append(body.substr(at));
}

void change(RewrittenRequest& out, std::string body) {
  out.changed_body = std::move(body);
  out.changed = true;
}

}  // namespace

RewrittenRequest rewrite_request(const OutboundRequest& request,
                                 const routing::Candidate& candidate, bool inject_include_usage) {
  RewrittenRequest out;
  out.original_body = request.body;
  out.target = operations::forward_path(*request.target, candidate.deployment);
  if (!request.target->query.empty()) out.target.append("?").append(request.target->query);
  for (const NamedModel& model : request.models) {
    if (model.name->place->where != operations::Where::header) continue;
    out.replaced.push_back({model.name->place->name, deployment_at(model, candidate)});
  }
  const std::vector<Edit> edits = edits_for(request, candidate);
  if (!edits.empty()) change(out, edited(request.body, edits));
  if (inject_include_usage && request.scan != nullptr) {
    // The edits moved the offsets: they are read anew. It cannot fail on what it accepted before.
    const auto scan = out.changed ? usage::scan_request(out.changed_body).value() : *request.scan;
    change(out, usage::with_include_usage(out.body(), scan));
  }
  return out;
}

}  // namespace tollgate::upstream
