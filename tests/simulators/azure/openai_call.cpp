// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai_call.hpp"

#include <array>
#include <chrono>
#include <functional>

#include "query.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

using nlohmann::json;

namespace {

struct Route {
  const char* suffix;
  const char* operation;
};

constexpr std::array<Route, 4> kRoutes{{{"/chat/completions", "ChatCompletions_Create"},
                                        {"/completions", "Completions_Create"},
                                        {"/embeddings", "Embeddings_Create"},
                                        {"/responses", "Responses_Create"}}};

/// 1,536 float32 of zeroes in base64, which is 8,192 characters of 'A'.
constexpr std::size_t kBase64Vector = 8192;
constexpr std::size_t kFloatVector = 1536 * 6 - 1;   // "0.123," without the last comma

std::string find_operation(const std::string& rest) {
  for (const Route& route : kRoutes) {
    if (rest == route.suffix) return route.operation;
  }
  return {};
}

}  // namespace

OpenAiService::Call::Call(const Request& given, std::string id)
    : request(given), request_id(std::move(id)) {
  const std::string target(request.target());
  const std::string path = target.substr(0, target.find('?'));
  api_version = query_value(target, "api-version");
  body = json::parse(request.body(), nullptr, false);
  const std::string model = body.is_object() ? body.value("model", "") : "";
  constexpr std::string_view kDeployments = "/openai/deployments/";
  constexpr std::string_view kV1 = "/openai/v1";
  if (path.rfind(kV1, 0) == 0) {
    operation = find_operation(path.substr(kV1.size()));
    deployment_name = model;
  } else if (path.rfind(kDeployments, 0) == 0 && !api_version.empty()) {
    const std::size_t end = path.find('/', kDeployments.size());
    deployment_name = path.substr(kDeployments.size(), end - kDeployments.size());
    if (end != std::string::npos) operation = find_operation(path.substr(end));
    if (operation == "Responses_Create") operation.clear();
  } else if (path == "/openai/responses" && api_version >= "2025-03-01") {
    operation = "Responses_Create";
    deployment_name = model;
  }
}

std::int64_t OpenAiService::Call::number_header(const char* name, std::int64_t fallback) const {
  const std::string text(request[name]);
  return text.empty() ? fallback : std::stoll(text);
}

bool OpenAiService::Call::streams() const { return body.value("stream", json(false)) == true; }

bool OpenAiService::Call::include_usage() const {
  const json options = body.value("stream_options", json::object());
  return options.is_object() && options.value("include_usage", json(false)) == true;
}

std::string OpenAiService::Call::stream_options_fault() const {
  if (!body.contains("stream_options") || operation == "Responses_Create") return {};
  if (!api_version.empty() && api_version[0] == '2' && api_version < "2024-09-01") {
    return "Unrecognized request argument supplied: stream_options";
  }
  if (body.contains("data_sources")) {
    return "Validation error at #/stream_options: Extra inputs are not permitted";
  }
  if (!streams()) return "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
  return {};
}

void OpenAiService::Call::generate() {
  const std::string seed(request["x-sim-seed"]);
  Generation& g = generation;
  g.random.seed(static_cast<unsigned>(std::hash<std::string>()(seed.empty() ? request_id : seed)));
  const std::string unique = seed.empty() ? request_id : "Sim" + seed;
  g.id = (operation == "Responses_Create" ? "resp_" : operation == "Completions_Create" ? "cmpl-" : "chatcmpl-") + unique;
  g.created = seed.empty() ? to_unix_micros(std::chrono::system_clock::now()) / 1'000'000 : 1'790'000'000;
  g.deployment = deployment->name;
  g.model = deployment->model;
  g.prompt_tokens = number_header("x-sim-prompt-tokens", count_prompt_tokens(body));
  g.completion_tokens = number_header("x-sim-completion-tokens", 12);
  g.cached_tokens = number_header("x-sim-cached-tokens", 0);
  g.reasoning_tokens = number_header("x-sim-reasoning-tokens", 0);
  const std::int64_t count = behaviour.chunks > 0 ? behaviour.chunks : g.completion_tokens;
  static constexpr std::array kWords{"Blue", " skies", " \"quoted\"", " über", " and\n", " usage:", " 😀"};
  for (std::int64_t i = 0; i < count; ++i) g.words.push_back(kWords[static_cast<std::size_t>(i) % kWords.size()]);
}

nlohmann::ordered_json OpenAiService::Call::json_answer() const {
  if (operation == "Responses_Create") return response_answer(generation, behaviour);
  if (operation == "Completions_Create") return completion_answer(generation, behaviour);
  return chat_answer(generation, behaviour);
}

std::vector<StreamEvent> OpenAiService::Call::stream_events() {
  if (operation == "Responses_Create") return response_stream(generation, behaviour);
  if (operation == "Completions_Create") {
    return completion_stream(generation, behaviour, include_usage());
  }
  return chat_stream(generation, behaviour, include_usage());
}

bool OpenAiService::Call::base64_embeddings() const {
  return body.value("encoding_format", "") == "base64";
}

std::string OpenAiService::Call::embedding_front() const {
  return std::string(R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":)") +
         (base64_embeddings() ? "\"" : "[");
}

std::string OpenAiService::Call::embedding_piece() const {
  constexpr std::size_t kPiece = 64 * 1024;
  const std::string_view unit = base64_embeddings() ? "AAAAAAAA" : "0.125,";
  std::string out;
  out.reserve(kPiece);
  while (out.size() + unit.size() <= kPiece) out.append(unit);
  return out;
}

std::size_t OpenAiService::Call::embedding_bytes() const {
  const auto wished = static_cast<std::size_t>(number_header("x-sim-embedding-bytes", 0));
  if (base64_embeddings()) return wished == 0 ? kBase64Vector : (wished + 3) / 4 * 4;
  // Whole numbers, the last without its comma; pieces hold whole numbers too.
  return wished == 0 ? kFloatVector : (wished / 6 + 1) * 6 - 1;
}

std::string OpenAiService::Call::embedding_back() const {
  const std::string tokens = std::to_string(generation.prompt_tokens);
  std::string out = base64_embeddings() ? "\"}]" : "]}]";
  out += ",\"model\":\"" + generation.model + "\"";
  if (!behaviour.no_usage) out += ",\"usage\":{\"prompt_tokens\":" + tokens + ",\"total_tokens\":" + tokens + "}";
  return out + "}";
}

}  // namespace tollgate::simulator
