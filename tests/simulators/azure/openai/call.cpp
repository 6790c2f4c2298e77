// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/call.hpp"

#include <functional>

#include "openai/usage_shapes.hpp"
#include "query.hpp"

namespace tollgate::simulator {

using nlohmann::json;

namespace {

constexpr std::int64_t kSeededTime = 1'790'000'000;

struct Knob {
  const char* header;
  std::int64_t Tokens::*count;
};

constexpr Knob kKnobs[] = {{"x-sim-prompt-tokens", &Tokens::prompt},
                           {"x-sim-completion-tokens", &Tokens::completion},
                           {"x-sim-cached-tokens", &Tokens::cached},
                           {"x-sim-reasoning-tokens", &Tokens::reasoning},
                           {"x-sim-prompt-audio-tokens", &Tokens::prompt_audio},
                           {"x-sim-completion-audio-tokens", &Tokens::completion_audio},
                           {"x-sim-image-tokens", &Tokens::image},
                           {"x-sim-accepted-prediction-tokens", &Tokens::accepted_prediction},
                           {"x-sim-rejected-prediction-tokens", &Tokens::rejected_prediction}};

}  // namespace

Call::Call(const Request& given, std::string id)
    : request(given), request_id(std::move(id)), target(given.target()) {
  api_version = query("api-version");
  const std::string_view path = std::string_view(target).substr(0, target.find('?'));
  match = find_route(std::string_view(request.method_string()), path);
}

std::string Call::query(const std::string& name) const { return query_value(target, name); }

std::string Call::text(const char* name) const {
  if (match.route != nullptr && match.route->input == Input::form) return form.value(name);
  if (!body.is_object()) return {};
  const auto member = body.find(name);
  return member != body.end() && member->is_string() ? member->get<std::string>() : std::string();
}

bool Call::streams() const {
  if (match.route->input == Input::form) return form.value("stream") == "true";
  return body.is_object() && body.value("stream", json(false)) == true;
}

bool Call::include_usage() const {
  const json options = body.value("stream_options", json::object());
  return options.is_object() && options.value("include_usage", json(false)) == true;
}

bool Call::obfuscates() const {
  const json options = body.value("stream_options", json::object());
  return !options.is_object() || options.value("include_obfuscation", json(true)) != false;
}

std::int64_t Call::number(const std::string& header, std::int64_t fallback) const {
  const std::string given(request[header]);
  return given.empty() ? fallback : std::stoll(given);
}

void Call::generate() {
  const std::string seed(request["x-sim-seed"]);
  Generation& g = generation;
  g.random.seed(static_cast<unsigned>(std::hash<std::string>()(seed.empty() ? request_id : seed)));
  g.unique = seed.empty() ? make_id("") : "Sim" + seed;
  g.created = seed.empty() ? unix_now() : kSeededTime;
  g.deployment = deployment->name;
  g.model = deployment->model;
  g.tokens.prompt = body.is_object() ? count_prompt_tokens(body) : 0;
  g.tokens.completion = 12;
  for (const Knob& knob : kKnobs) g.tokens.*knob.count = number(knob.header, g.tokens.*knob.count);
  g.words = behaviour.chunks > 0 ? behaviour.chunks : g.tokens.completion;
}

Charge Call::token_charge(bool told) const {
  Charge out;
  out.kind = "tokens";
  out.charged = true;
  out.tokens = generation.tokens;
  out.told = told && usage_is_told(behaviour);
  out.details = out.told && details_are_told(behaviour);
  return out;
}

Bill::Ref Call::book(Charge charge, bool stream, int status) const {
  BillEntry entry;
  entry.request_id = request_id;
  entry.client_request_id = request["x-ms-client-request-id"];
  entry.resource = resource->name;
  if (deployment != nullptr) {
    entry.deployment = deployment->name;
    entry.model = deployment->model;
  }
  entry.operation = match.route->operation;
  entry.stream = stream;
  entry.status = status;
  entry.charge = std::move(charge);
  return bill->book(std::move(entry));
}

}  // namespace tollgate::simulator
