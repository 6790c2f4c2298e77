// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/batch_work.hpp"

#include <algorithm>

#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

ordered_json choice(const Generation& g) {
  return {{"index", 0},
          {"finish_reason", "stop"},
          {"message", {{"role", "assistant"}, {"content", text_of(g)}}}};
}

/// The usage's shape is that of the operation the line asks for.
ordered_json answer_body(const Call& call, const std::string& url) {
  const Generation& g = call.generation;
  const bool responses = url.ends_with("/responses");
  const bool embeds = url.ends_with("/embeddings");
  const std::string id = (responses ? "resp_" : "chatcmpl-") + g.unique;
  ordered_json body{{"id", id}, {"model", g.model}};
  if (embeds) {
    body["object"] = "list";
    body["data"] = {{{"object", "embedding"}, {"index", 0}, {"embedding", {0.25, -0.5}}}};
    return with_usage(body, usage_e(g.tokens, call.behaviour), call.behaviour);
  }
  body["object"] = responses ? "response" : "chat.completion";
  if (responses) return with_usage(body, usage_r(g.tokens, call.behaviour), call.behaviour);
  body["choices"] = ordered_json::array({choice(g)});
  return with_usage(body, usage_c(g.tokens, call.behaviour), call.behaviour);
}

class Batch {
 public:
  explicit Batch(Call& call) : call_(call) {}

  void add(std::string_view text) {
    const json line = json::parse(text, nullptr, false);
    const json body = line.is_object() ? line.value("body", json()) : json();
    const std::string model = body.is_object() ? body.value("model", "") : "";
    const Deployment* deployment = call_.resource->find(model);
    const std::string id = line.is_object() ? line.value("custom_id", "") : "";
    if (deployment == nullptr) return refuse(id);
    if (out_.deployment == nullptr) out_.deployment = deployment;
    const std::string url = line.value("url", "");
    generate(body, *deployment, url.ends_with("/embeddings"));
    write(out_.output, id, 200, answer_body(call_, url));
    out_.tokens = out_.tokens + call_.generation.tokens;
    ++out_.completed;
  }

  BatchWork done() { return std::move(out_); }

 private:
  void generate(const json& body, const Deployment& deployment, bool embeds) {
    const json own = std::exchange(call_.body, body);
    call_.deployment = &deployment;
    call_.generate();
    if (embeds) call_.generation.tokens.completion = 0;
    call_.body = own;
  }

  void refuse(const std::string& id) {
    const ordered_json error{{"code", "DeploymentNotFound"},
                             {"message", "The API deployment for this resource does not exist."}};
    write(out_.errors, id, 404, {{"error", error}});
    ++out_.failed;
  }

  static void write(std::string& to, const std::string& id, int status, const ordered_json& body) {
    const ordered_json line{
        {"id", make_id("batch_req_")},
        {"custom_id", id},
        {"response", {{"status_code", status}, {"request_id", make_id("")}, {"body", body}}},
        {"error", nullptr}};
    to.append(to_text(line)).append("\n");
  }

  Call& call_;
  BatchWork out_;
};

}  // namespace

BatchWork carry_out(Call& call, std::string_view input) {
  Batch batch(call);
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    if (end > 0) batch.add(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return batch.done();
}

}  // namespace tollgate::simulator
