// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/response_head.hpp"

#include <algorithm>

#include <boost/beast/core/string.hpp>

#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

using nlohmann::json;

namespace {

void drop(Fields& fields, const std::string& name) {
  std::erase_if(fields,
                [&](const auto& field) { return boost::beast::iequals(field.first, name); });
}

void set(Fields& fields, const std::string& name, const std::string& value) {
  drop(fields, name);
  fields.emplace_back(name, value);
}

void add_rate_limits(Fields& out) {
  out.insert(out.end(), {{"x-ratelimit-limit-requests", "120"},
                         {"x-ratelimit-limit-tokens", "120000"},
                         {"x-ratelimit-remaining-requests", "119"},
                         {"x-ratelimit-remaining-tokens", "118490"},
                         {"x-ratelimit-renewalperiod-requests", "60"},
                         {"x-ratelimit-renewalperiod-tokens", "60"},
                         {"x-ratelimit-abusepenalty-active", "False"}});
}

void add_deployment(Fields& out, const Call& call) {
  if (call.deployment == nullptr || call.behaviour.no_model_headers) return;
  out.emplace_back("x-ms-deployment-name", call.deployment->name);
  out.emplace_back("x-ms-served-model", call.deployment->model);
}

Fields service_fields(const Call& call, const Answer& answer) {
  Fields out{{"apim-request-id", call.request_id}};
  if (answer.head == HeadKind::bare) return out;
  out.insert(out.end(), {{"x-request-id", make_uuid_v4().to_string()},
                         {"azureml-model-session", "d20260801000000-000000000001"},
                         {"x-ms-region", call.resource->region_header}});
  add_deployment(out, call);
  out.insert(out.end(), {{"x-ms-rai-invoked", "true"}, {"x-ms-is-spilled-over", "false"}});
  const bool provisioned = call.deployment != nullptr && call.deployment->provisioned;
  if (provisioned) out.emplace_back("azure-openai-deployment-utilization", "42.1%");
  if (!provisioned && answer.head == HeadKind::full) add_rate_limits(out);
  out.insert(out.end(),
             {{"strict-transport-security", "max-age=31536000; includeSubDomains; preload"},
              {"x-content-type-options", "nosniff"},
              {"x-accel-buffering", "no"}});
  return out;
}

}  // namespace

Fields head_fields(const Call& call, const Answer& answer) {
  const Behaviour& behaviour = call.behaviour;
  Fields out;
  if (!answer.pieces.empty()) {
    out.emplace_back("content-type",
                     behaviour.content_type.empty() ? answer.content_type : behaviour.content_type);
  }
  if (!behaviour.coding.empty()) out.emplace_back("content-encoding", behaviour.coding);
  for (auto& field : service_fields(call, answer)) out.push_back(std::move(field));
  for (const auto& [name, value] : answer.fields) set(out, name, value);
  for (const auto& [name, value] : behaviour.headers.items()) {
    drop(out, name);
    const json values = value.is_array() ? value : json::array({value});
    for (const json& one : values) {
      if (!one.is_null())
        out.emplace_back(name, one.is_string() ? one.get<std::string>() : one.dump());
    }
  }
  return out;
}

}  // namespace tollgate::simulator
