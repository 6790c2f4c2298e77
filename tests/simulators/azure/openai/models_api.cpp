// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/families.hpp"
#include "openai/objects.hpp"

namespace tollgate::simulator {

using nlohmann::ordered_json;

namespace {

constexpr std::int64_t kReleased = 1'725'000'000;

/// The two forms of azure-protocol.md 1.9: base models, not deployments.
ordered_json model_object(const Call& call, const Deployment& deployment) {
  if (call.match.family == Family::kV1) {
    return {{"id", deployment.model},
            {"object", "model"},
            {"created", kReleased},
            {"owned_by", "system"}};
  }
  const bool text = deployment.serves == Serves::text;
  return {{"id", deployment.model},
          {"object", "model"},
          {"status", "succeeded"},
          {"created_at", kReleased},
          {"capabilities",
           {{"fine_tune", false},
            {"inference", true},
            {"completion", text},
            {"chat_completion", text},
            {"embeddings", deployment.serves == Serves::embeddings}}},
          {"lifecycle_status", "generally-available"},
          {"deprecation", {{"inference", kReleased * 2}}}};
}

}  // namespace

Answer list_models(Call& call) {
  ordered_json data = ordered_json::array();
  for (const Deployment& deployment : call.resource->deployments)
    data.push_back(model_object(call, deployment));
  return json_answer({{"data", data}, {"object", "list"}});
}

Answer get_model(Call& call) {
  for (const Deployment& deployment : call.resource->deployments) {
    if (deployment.model == call.match.ids[0]) return json_answer(model_object(call, deployment));
  }
  return no_such("model", call.match.ids[0]);
}

}  // namespace tollgate::simulator
