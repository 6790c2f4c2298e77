// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/routes.hpp"

#include "openai/families.hpp"

namespace tollgate::simulator {
namespace {

constexpr unsigned kInference = kDeployment | kV1;
constexpr unsigned kResource = kLegacy | kV1;
constexpr const char* kResponsesSince = "2025-03-01";
constexpr const char* kAssistantsSince = "2024-02-15";
constexpr std::nullopt_t kNone = std::nullopt;

using enum Serves;
using enum Input;

/// Every operation of a resource (azure-protocol.md 1.4). Ids are those of Azure's own messages where it has them.
constexpr Route kRoutes[] = {
    {"ChatCompletions_Create", "POST", "/chat/completions", kInference, json, text,
     create_chat_completion},
    {"Completions_Create", "POST", "/completions", kInference, json, text, create_completion},
    {"Embeddings_Create", "POST", "/embeddings", kInference, json, embeddings, create_embeddings},

    {"Responses_Create", "POST", "/responses", kResource, json, text, create_response,
     kResponsesSince},
    {"Responses_Compact", "POST", "/responses/compact", kV1, json, text, compact_response},
    {"Responses_CountInputTokens", "POST", "/responses/input_tokens", kV1, json, text,
     count_input_tokens},
    {"Responses_Get", "GET", "/responses/{id}", kResource, none, kNone, get_response,
     kResponsesSince},
    {"Responses_Delete", "DELETE", "/responses/{id}", kResource, none, kNone, delete_response,
     kResponsesSince},
    {"Responses_Cancel", "POST", "/responses/{id}/cancel", kResource, none, kNone, cancel_response,
     kResponsesSince},
    {"Responses_ListInputItems", "GET", "/responses/{id}/input_items", kResource, none, kNone,
     list_input_items, kResponsesSince},
};

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const std::string_view out = path.substr(0, path.find('/'));
  path.remove_prefix(out.size());
  return out;
}

bool fits(std::string_view pattern, std::string_view path, std::vector<std::string>& ids) {
  ids.clear();
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (wanted == "{id}") {
      if (given.empty()) return false;
      ids.emplace_back(given);
    } else if (wanted != given) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

void match_in(Family family, std::string_view method, std::string_view path, RouteMatch& out) {
  for (const Route& route : kRoutes) {
    if ((route.families & family) == 0 || method != route.method) continue;
    if (!fits(route.path, path, out.ids)) continue;
    out.route = &route;
    return;
  }
}

}  // namespace

RouteMatch find_route(std::string_view method, std::string_view path) {
  constexpr std::string_view kRoot = "/openai";
  constexpr std::string_view kDeployments = "/deployments/";
  RouteMatch out;
  if (!path.starts_with(kRoot)) return out;
  path.remove_prefix(kRoot.size());
  if (path.starts_with("/v1/")) {
    out.family = Family::kV1;
    match_in(out.family, method, path.substr(3), out);
  } else if (path.starts_with(kDeployments)) {
    out.family = Family::kDeployment;
    path.remove_prefix(kDeployments.size());
    out.deployment = path.substr(0, path.find('/'));
    match_in(out.family, method, path.substr(out.deployment.size()), out);
  } else {
    out.family = Family::kLegacy;
    match_in(out.family, method, path, out);
  }
  return out;
}

}  // namespace tollgate::simulator
