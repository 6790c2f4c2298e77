// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "configured_models.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

namespace tollgate::proxy {
namespace {

using nlohmann::ordered_json;

/// Members of OpenAI's and Azure's model objects alike (azure-protocol.md 1.9). When it was made is
/// not known.
ordered_json model_object(std::string_view name) {
  return {{"id", name},      {"object", "model"},      {"created", 0},
          {"created_at", 0}, {"owned_by", "tollgate"}, {"status", "succeeded"}};
}

ordered_json deployment_object(std::string_view name) {
  return {{"id", name},
          {"object", "deployment"},
          {"model", name},
          {"owner", "organization-owner"},
          {"status", "succeeded"},
          {"created_at", 0},
          {"updated_at", 0}};
}

std::string list_of(const config::Config& config, const config::Client& client,
                    ordered_json (*make)(std::string_view)) {
  ordered_json data = ordered_json::array();
  for (const config::Model& model : config.models) {
    if (routing::may_use(client, model.name)) data.push_back(make(model.name));
  }
  return ordered_json{{"object", "list"}, {"data", std::move(data)}}.dump();
}

/// By the rule for all requests that name a model, letters' case included.
Result<std::string> one_model(std::string_view name, const routing::RouteTable& routes,
                              const config::Client& client) {
  const Result<const routing::Route*> route = routes.match(name, client);
  if (!route) return Error{Errc::not_found, "no such model"};
  return model_object((*route)->model).dump();
}

}  // namespace

Result<std::string> answer_from_configuration(const operations::RequestTarget& target,
                                              const config::Config& config,
                                              const routing::RouteTable& routes,
                                              const config::Client& client) {
  switch (target.operation->shows) {
    case operations::Shows::deployments:
      return list_of(config, client, deployment_object);
    case operations::Shows::one_model:
      return one_model(target.object_id, routes, client);
    case operations::Shows::models:
      return list_of(config, client, model_object);
    case operations::Shows::whole_list:
    case operations::Shows::nothing:
      break;
  }
  return Error{Errc::forbidden, "the list would show other clients' objects"};
}

}  // namespace tollgate::proxy
