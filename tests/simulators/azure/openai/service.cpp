// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/service.hpp"

#include "openai/answer_sender.hpp"
#include "openai/error_catalog.hpp"
#include "openai/stream_options.hpp"
#include "pause.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

/// For the behaviour's `status`.
Answer fixed_answer(const Call& call) {
  const Behaviour& behaviour = call.behaviour;
  const std::string operation = call.match.route == nullptr ? "" : call.match.route->operation;
  const std::string code = std::to_string(behaviour.status);
  Answer out = error_answer(behaviour.status, "Fault", code,
                            "Requests to the " + operation + " Operation have exceeded a limit.");
  if (!behaviour.reason.empty()) out.reason = behaviour.reason;
  if (behaviour.body) {
    out.pieces.clear();
    if (!behaviour.body->empty()) out.pieces.push_back({.bytes = *behaviour.body});
  }
  return out;
}

/// The operation names and messages of d-trouble (azure-protocol.md 3.2).
Answer not_supported(const Call& call) {
  return error_answer(400, "Bad Request", "OperationNotSupported",
                      "The " + std::string(call.match.route->operation) +
                          " operation does not work with the specified model, " +
                          call.deployment->model +
                          ". Please choose different model and try again.");
}

}  // namespace

std::optional<Answer> OpenAiService::unauthorised(const Request& request) const {
  const std::string key(request["api-key"]);
  const std::string authorization(request["authorization"]);
  std::string bearer;
  if (authorization.rfind("Bearer ", 0) == 0) bearer = authorization.substr(7);
  Answer refused;
  const bool is_token = bearer.find('.') != std::string::npos;
  if (is_token) {
    std::string audience = entra_.verified_audience(bearer).value_or("");
    if (!audience.empty() && audience.back() == '/') audience.pop_back();
    if (audience == setup_.cognitive_audience || audience == "https://ai.azure.com")
      return std::nullopt;
    refused = json_answer({{"statusCode", 401},
                           {"message",
                            "Unauthorized. Access token is missing, invalid, audience is incorrect "
                            "(https://cognitiveservices.azure.com), or have expired."}});
  } else {
    for (const std::string& given : {key, bearer}) {
      if (!given.empty() && (given == resource_.key1 || given == resource_.key2))
        return std::nullopt;
    }
    refused = error_answer(
        401, "", "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to "
        "provide a valid key for an active subscription and use a correct regional API "
        "endpoint for your resource.");
  }
  // Few fields and Azure's own reason phrase (azure-protocol.md 3.2).
  refused.status = 401;
  refused.reason = "PermissionDenied";
  refused.head = HeadKind::bare;
  return refused;
}

std::optional<Answer> OpenAiService::unreadable(Call& call) const {
  const Input input = call.match.route->input;
  if (input == Input::object) {
    call.body = json::parse(call.request.body(), nullptr, false);
    if (call.body.is_object()) return std::nullopt;
    return error_answer(400, "Bad Request", nullptr,
                        "We could not parse the JSON body of your request.",
                        "invalid_request_error");
  }
  if (input == Input::form) {
    auto form = SentForm::parse(call.request["content-type"], call.request.body());
    if (!form) {  // text unverified
      return error_answer(400, "Bad Request", nullptr, "Could not parse multipart form.",
                          "invalid_request_error");
    }
    call.form = std::move(*form);
  }
  return std::nullopt;
}

std::optional<Answer> OpenAiService::unserved(Call& call) const {
  const Route& route = *call.match.route;
  if (!route.serves) return std::nullopt;
  call.deployment_name =
      call.match.family == Family::kDeployment ? call.match.deployment : call.text("model");
  call.deployment = resource_.find(call.deployment_name);
  if (call.deployment == nullptr) {
    return error_answer(404, "Not Found", "DeploymentNotFound",
                        "The API deployment for this resource does not exist.");
  }
  if (call.deployment->serves != *route.serves) return not_supported(call);
  return stream_options_refusal(call);
}

std::optional<Answer> OpenAiService::refusal(Call& call) const {
  if (auto refused = unauthorised(call.request)) return refused;
  const Route* route = call.match.route;
  const bool needs_version = call.match.family != Family::kV1;
  if (route == nullptr || (needs_version && call.api_version.empty())) {
    return error_answer(404, "Not Found", "404", "Resource not found");  // body unverified (3.2)
  }
  if (needs_version && call.api_version < route->since) {
    if (std::string_view(route->operation).starts_with("Responses_")) {
      return error_answer(400, "Bad Request", "BadRequest",
                          "Azure OpenAI Responses API is enabled only for api-version "
                          "2025-03-01-preview and later");
    }
    return error_answer(404, "Not Found", "404", "Resource not found");
  }
  if (auto refused = unreadable(call)) return refused;
  return unserved(call);
}

Answer OpenAiService::answer(Call& call) {
  if (call.behaviour.status != 0) return fixed_answer(call);
  if (auto refused = refusal(call)) return std::move(*refused);
  if (call.deployment != nullptr) call.generate();
  Answer out =
      call.behaviour.error.empty() ? call.match.route->handle(call) : catalogued_error(call);
  const bool counts = out.status < 400 || out.charge.charged;
  if (!out.booked && counts) out.booked = call.book(out.charge, out.streamed, out.status);
  return out;
}

void OpenAiService::prepare(Call& call) {
  call.resource = &resource_;
  call.state = &state_;
  call.bill = &bill_;
  call.settings = settings_.get();
  const std::string operation = call.match.route == nullptr ? "" : call.match.route->operation;
  if (auto fault = faults_.take("resource", resource_.name, operation))
    call.behaviour = std::move(*fault);
  const std::string wish(call.request["x-sim"]);
  if (wish.empty()) return;
  const json parsed = json::parse(wish, nullptr, false);
  if (parsed.is_object()) call.behaviour = parse_behaviour(parsed);
}

asio::awaitable<void> OpenAiService::handle(const Request& request, Wire& wire) {
  Call call(request, make_uuid_v4().to_string());
  log_.add(resource_.name, request, call.request_id);
  Answer reply;
  try {
    prepare(call);
    reply = answer(call);
  } catch (const std::exception& mistake) {
    // The test that asked for it is wrong, not the client: no status that a client would retry.
    call.behaviour = {};
    reply = error_answer(418, "Bad Simulation", nullptr, mistake.what());
  }
  co_await pause(call.behaviour.delay_ms);
  if (!call.behaviour.raw.empty()) {
    co_await wire.write(call.behaviour.raw);
    wire.close();
    co_return;
  }
  wire.split_writes(call.behaviour.write_bytes);
  const Bill::Ref entry = reply.booked.value_or(Bill::Ref());
  AnswerSender sender(call, std::move(reply), entry, wire);
  co_await sender.send();
  wire.split_writes(0);
  if (call.behaviour.keep_alive_close) wire.close();
}

}  // namespace tollgate::simulator
