// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai_service.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "openai_call.hpp"
#include "query.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

json error_body(const json& code, const std::string& message, const json& type = nullptr) {
  json error{{"code", code}, {"message", message}};
  if (!type.is_null()) error.update({{"type", type}, {"param", nullptr}});
  return {{"error", error}};
}

asio::awaitable<void> pause(int ms) {
  if (ms <= 0) co_return;
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(ms));
  co_await timer.async_wait(asio::use_awaitable);
}

/// Ends the connection if the behaviour says so at this place; true when it did.
bool broke_off(const Behaviour& behaviour, BreakAt place, Wire& wire) {
  if (behaviour.reset_at == place) {
    wire.reset();
    return true;
  }
  if (behaviour.close_at == place) {
    wire.close();
    return true;
  }
  return false;
}

std::string chunk_of(const std::string& bytes) {
  char size[32];
  const int length = std::snprintf(size, sizeof(size), "%zx\r\n", bytes.size());
  return std::string(size, static_cast<std::size_t>(length)) + bytes + "\r\n";
}

}  // namespace

OpenAiService::OpenAiService(const Setup& setup, const Resource& resource, const Entra& entra,
                             Faults& faults, Bill& bill, RequestLog& log)
    : setup_(setup), resource_(resource), entra_(entra), faults_(faults), bill_(bill), log_(log) {}

bool OpenAiService::authorised(const Request& request, std::string& refusal) const {
  const std::string key(request["api-key"]);
  const std::string authorization(request["authorization"]);
  std::string bearer;
  if (authorization.rfind("Bearer ", 0) == 0) bearer = authorization.substr(7);
  const bool is_token = bearer.find('.') != std::string::npos;
  if (is_token) {
    std::string audience = entra_.verified_audience(bearer).value_or("");
    if (!audience.empty() && audience.back() == '/') audience.pop_back();
    if (audience == setup_.cognitive_audience || audience == "https://ai.azure.com") return true;
    refusal = json{{"statusCode", 401},
                   {"message", "Unauthorized. Access token is missing, invalid, audience is incorrect "
                               "(https://cognitiveservices.azure.com), or have expired."}}
                  .dump();
    return false;
  }
  for (const std::string& given : {key, bearer}) {
    if (!given.empty() && (given == resource_.key1 || given == resource_.key2)) return true;
  }
  refusal = error_body("401", "Access denied due to invalid subscription key or wrong API endpoint. Make "
                              "sure to provide a valid key for an active subscription and use a correct "
                              "regional API endpoint for your resource.")
                .dump();
  return false;
}

std::string OpenAiService::head_fields(const Call& call) const {
  std::string out = "apim-request-id: " + call.request_id + "\r\nx-request-id: " +
                    make_uuid_v4().to_string() + "\r\n";
  out += "azureml-model-session: d20260801000000-000000000001\r\nx-ms-region: " + resource_.region_header +
         "\r\n";
  if (call.deployment != nullptr) {
    out += "x-ms-deployment-name: " + call.deployment->name + "\r\nx-ms-served-model: " +
           call.deployment->model + "\r\n";
  }
  out += "x-ms-rai-invoked: true\r\nx-ms-is-spilled-over: false\r\nx-ratelimit-limit-requests: 120\r\n"
         "x-ratelimit-limit-tokens: 120000\r\nx-ratelimit-remaining-requests: 119\r\n"
         "x-ratelimit-remaining-tokens: 118490\r\nx-ratelimit-renewalperiod-requests: 60\r\n"
         "x-ratelimit-renewalperiod-tokens: 60\r\nx-ratelimit-abusepenalty-active: False\r\n"
         "strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n"
         "x-content-type-options: nosniff\r\nx-accel-buffering: no\r\n";
  for (const auto& [name, value] : call.behaviour.headers.items()) {
    out += name + ": " + (value.is_string() ? value.get<std::string>() : value.dump()) + "\r\n";
  }
  return out;
}

asio::awaitable<void> OpenAiService::refuse(Call& call, Wire& wire, int status, const char* reason,
                                            json body) {
  co_await wire.write(make_response(status, reason, head_fields(call), body.dump()));
}

std::size_t OpenAiService::book(const Call& call, bool stream) {
  BillEntry entry;
  entry.request_id = call.request_id;
  entry.resource = resource_.name;
  entry.deployment = call.deployment->name;
  entry.model = call.deployment->model;
  entry.operation = call.operation;
  entry.stream = stream;
  entry.prompt_tokens = call.generation.prompt_tokens;
  entry.completion_tokens = call.operation == "Embeddings_Create" ? 0 : call.generation.completion_tokens;
  return bill_.book(std::move(entry));
}

asio::awaitable<void> OpenAiService::handle(const Request& request, Wire& wire) {
  json headers = json::array();
  for (const auto& field : request) {
    headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  Call call(request, make_uuid_v4().to_string());
  log_.add({{"resource", resource_.name}, {"method", std::string(request.method_string())},
            {"target", std::string(request.target())}, {"headers", std::move(headers)},
            {"body", request.body().size() > 65536 ? "" : request.body()},
            {"body_size", request.body().size()}, {"request_id", call.request_id}});
  if (auto fault = faults_.take("resource", resource_.name)) call.behaviour = *fault;
  const std::string wish(request["x-sim"]);
  if (!wish.empty()) {
    const json parsed = json::parse(wish, nullptr, false);
    if (parsed.is_object()) call.behaviour = parse_behaviour(parsed);
  }
  wire.split_writes(call.behaviour.write_bytes);
  co_await pause(call.behaviour.delay_ms);
  if (call.behaviour.status != 0) {
    const std::string body = call.behaviour.body.value_or(
        error_body(std::to_string(call.behaviour.status),
                   "Requests to the " + call.operation + " Operation have exceeded a limit.")
            .dump());
    if (broke_off(call.behaviour, BreakAt::before_head, wire)) co_return;
    co_await wire.write(make_response(call.behaviour.status, "Fault", head_fields(call), body));
  } else {
    co_await answer(call, wire);
  }
  wire.split_writes(0);
  if (call.behaviour.keep_alive_close) wire.close();
}

asio::awaitable<void> OpenAiService::answer(Call& call, Wire& wire) {
  std::string refusal;
  if (!authorised(call.request, refusal)) {
    // Few headers and Azure's own reason phrase (azure-protocol.md 3.2).
    co_await wire.write(make_response(401, "PermissionDenied",
                                      "apim-request-id: " + call.request_id + "\r\n", refusal));
    co_return;
  }
  if (call.operation.empty()) {       // body unverified in azure-protocol.md 3.2
    co_return co_await refuse(call, wire, 404, "Not Found", error_body("404", "Resource not found"));
  }
  if (!call.body.is_object()) {
    co_return co_await refuse(call, wire, 400, "Bad Request",
                              error_body(nullptr, "We could not parse the JSON body of your request.",
                                         "invalid_request_error"));
  }
  call.deployment = resource_.find(call.deployment_name);
  if (call.deployment == nullptr) {
    co_return co_await refuse(call, wire, 404, "Not Found",
                              error_body("DeploymentNotFound",
                                         "The API deployment for this resource does not exist."));
  }
  if (const std::string fault = call.stream_options_fault(); !fault.empty()) {
    co_return co_await refuse(call, wire, 400, "Bad Request",
                              error_body(nullptr, fault, "invalid_request_error"));
  }
  call.generate();
  if (call.operation == "Embeddings_Create") {
    co_await send_embeddings(call, wire);
  } else if (call.streams()) {
    co_await send_stream(call, wire);
  } else {
    co_await send_json(call, wire);
  }
}

asio::awaitable<void> OpenAiService::send_json(Call& call, Wire& wire) {
  const std::string body = call.json_answer().dump();
  const std::size_t place = book(call, false);
  if (broke_off(call.behaviour, BreakAt::before_head, wire)) co_return;
  for (int i = 0; i < call.behaviour.informational; ++i) {
    co_await wire.write("HTTP/1.1 103 Early Hints\r\n\r\n");
  }
  std::string head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + head_fields(call);
  const bool breaks = call.behaviour.reset_at != BreakAt::nowhere || call.behaviour.close_at != BreakAt::nowhere;
  if (call.behaviour.close_delimited) {
    head += "connection: close\r\n\r\n";
  } else if (call.behaviour.chunked) {
    head += "transfer-encoding: chunked\r\n\r\n";
  } else {
    head += "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
  }
  if (breaks) {
    co_await wire.write(head);
    if (broke_off(call.behaviour, BreakAt::after_head, wire)) co_return;
    co_await wire.write(body.substr(0, body.size() / 2));
    if (broke_off(call.behaviour, BreakAt::mid_body, wire)) co_return;
    broke_off(call.behaviour, BreakAt::before_usage, wire);
    co_return;
  }
  if (call.behaviour.chunked) {
    head += chunk_of(body) + "0\r\n\r\n";
  } else {
    head += body;
  }
  co_await wire.write(head);
  bill_.completed(place);
  if (call.behaviour.close_delimited) co_await wire.finish();
}

asio::awaitable<void> OpenAiService::send_stream(Call& call, Wire& wire) {
  const std::vector<StreamEvent> events = call.stream_events();
  const bool throttled = call.behaviour.responses_429;
  // Tokens of a stream that is throttled are not charged (azure-protocol.md 2.4).
  const std::size_t place = throttled ? static_cast<std::size_t>(-1) : book(call, true);
  if (broke_off(call.behaviour, BreakAt::before_head, wire)) co_return;
  const bool until_close = call.behaviour.close_delimited;
  std::string head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n" +
                     head_fields(call) + (throttled ? "retry-after: 4\r\n" : "");
  head += until_close ? "connection: close\r\n\r\n" : "transfer-encoding: chunked\r\n\r\n";
  co_await wire.write(head);
  if (broke_off(call.behaviour, BreakAt::after_head, wire)) co_return;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i > 0) co_await pause(call.behaviour.chunk_delay_ms);
    if (i == events.size() / 2 && broke_off(call.behaviour, BreakAt::mid_body, wire)) co_return;
    if (events[i].carries_usage && broke_off(call.behaviour, BreakAt::before_usage, wire)) co_return;
    const std::string bytes = until_close ? events[i].bytes : chunk_of(events[i].bytes);
    co_await wire.write(bytes);
  }
  if (until_close) {
    co_await wire.finish();
  } else {
    co_await wire.write("0\r\n\r\n");
  }
  bill_.completed(place);
}

asio::awaitable<void> OpenAiService::send_embeddings(Call& call, Wire& wire) {
  const std::string front = call.embedding_front();
  const std::string back = call.embedding_back();
  const std::size_t vector_bytes = call.embedding_bytes();
  const std::size_t place = book(call, false);
  if (broke_off(call.behaviour, BreakAt::before_head, wire)) co_return;
  co_await wire.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + head_fields(call) +
                      "content-length: " + std::to_string(front.size() + vector_bytes + back.size()) +
                      "\r\n\r\n");
  if (broke_off(call.behaviour, BreakAt::after_head, wire)) co_return;
  co_await wire.write(front);
  // Never whole in memory: a piece at a time, whatever its size.
  const std::string piece = call.embedding_piece();
  for (std::size_t sent = 0; sent < vector_bytes;) {
    if (sent >= vector_bytes / 2 && broke_off(call.behaviour, BreakAt::mid_body, wire)) co_return;
    const std::size_t size = std::min(piece.size(), vector_bytes - sent);
    co_await wire.write(std::string_view(piece).substr(0, size));
    sent += size;
  }
  if (broke_off(call.behaviour, BreakAt::before_usage, wire)) co_return;
  co_await wire.write(back);
  bill_.completed(place);
}

}  // namespace tollgate::simulator
