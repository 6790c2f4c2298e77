// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "settings.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/pricing/sku.hpp"

namespace tollgate::config {
namespace {

void declare_timeouts(MappingReader& timeouts, BackendTimeouts& out) {
  timeouts.duration("connect", out.connect,
                    "For a connection with its TLS handshake, and for a free one.");
  timeouts.duration("first_byte", out.first_byte, "From the request sent to the response head.");
  timeouts.duration("idle", out.idle, "Longest pause between two pieces of a response.");
  timeouts.duration("drain", out.drain,
                    "How long a response is read on for its usage when its client has left.");
  timeouts.size("drain_size", out.drain_size, "How much of it is read on.");
}

void declare_connections(MappingReader& connections, BackendConnections& out) {
  connections.number("max", out.max, "Most connections of one worker to the backend.", 1, 100'000);
  connections.number(
      "queue", out.queue,
      "Most requests of one worker that wait for a free one; the next goes to another target.", 0,
      100'000);
  connections.number("idle", out.idle, "Most of them kept while idle.", 0, 100'000);
  connections.duration("idle_timeout", out.idle_timeout, "How long an idle one is kept.");
}

void declare_breaker(MappingReader& breaker, Breaker& out) {
  breaker.number("consecutive_failures", out.consecutive_failures,
                 "Failures in a row that open it; 0: never.", 0, 10'000);
  breaker.ratio(
      "failure_ratio", out.failure_ratio,
      "Share of failures within `window`, of at least 20 requests, that opens it; 0: never.");
  breaker.duration("window", out.window, "What failure_ratio looks back on.");
  breaker.duration("open_for", out.open_for,
                   "How long the deployment rests before one request may probe it.");
}

/// No member of Backend: the gateway has no use for it. Who reconciles finds it by its path.
void declare_resource_id(MappingReader& backend) {
  std::string id;
  backend.text("resource_id", id,
               "The resource's id, /subscriptions/...: by it `tollgate reconcile` finds the "
               "backend in Azure's bill. Default: by the first label of the endpoint's host.");
  if (!id.empty() && !id.starts_with("/subscriptions/"))
    backend.error_at("resource_id", "must begin with /subscriptions/");
}

void declare_backend(MappingReader& backend, Config& config) {
  Backend out;
  out.line = backend.line();
  backend.name("name", out.name, "Written into records.");
  backend.base_url(
      "endpoint", out.endpoint,
      "The Azure OpenAI resource, https://host[:port], with the path of a project or a "
      "proxy before /openai if there is one: https://host/api/projects/NAME.");
  backend.name("region", out.region, "Written into records.", false);
  backend.name("tier", out.tier, "Free text such as ptu or standard, written into records.", false);
  declare_resource_id(backend);
  declare_credential(backend, "credential", out.credential, "How the gateway proves itself there.",
                     true);
  backend.text("scope", out.scope, "Scope of Entra tokens for the backend.");
  backend.text("ca_certificates", out.ca_certificates,
               "PEM file of certificates trusted for this backend beside the system's.");
  out.egress_proxy = config.gateway.egress_proxy;
  declare_egress_proxy(backend, out.egress_proxy,
                       "The proxy towards this backend. Default: the gateway's.");
  backend.mapping("timeouts", "How long the backend may take.", false,
                  [&](MappingReader& reader) { declare_timeouts(reader, out.timeouts); });
  backend.mapping("connections", "Kept-alive connections.", false,
                  [&](MappingReader& reader) { declare_connections(reader, out.connections); });
  backend.mapping("breaker", "When a deployment of this backend is given a rest.", false,
                  [&](MappingReader& reader) { declare_breaker(reader, out.breaker); });
  config.backends.push_back(std::move(out));
}

void declare_model_timeouts(MappingReader& timeouts, ModelTimeouts& out) {
  timeouts.duration("first_byte", out.first_byte, "In place of the backend's.");
  timeouts.duration("idle", out.idle, "In place of the backend's.");
  timeouts.duration("drain", out.drain, "In place of the backend's.");
  timeouts.size("drain_size", out.drain_size, "In place of the backend's.");
}

std::string near_sku(const std::string& mistyped) {
  std::vector<std::string> names;
  names.reserve(pricing::kSkus.size());
  for (const pricing::Sku& sku : pricing::kSkus) names.emplace_back(sku.name);
  return did_you_mean(mistyped, names);
}

void declare_target(MappingReader& target, Model& model) {
  Target out;
  target.name("backend", out.backend, "Name of a backend.");
  out.deployment = model.name;
  target.name("deployment", out.deployment, "Deployment there. Default: the model's own name.",
              false);
  std::size_t priority = out.priority;
  target.number("priority", priority, "Lower is tried first.", 0, 1000);
  out.priority = static_cast<unsigned>(priority);
  std::size_t weight = out.weight;
  target.number("weight", weight, "Share among targets of the same priority.", 1, 1000);
  out.weight = static_cast<unsigned>(weight);
  target.text(
      "sku", out.sku,
      "sku.name of the deployment as Azure has it (GlobalStandard, say), which decides its price. "
      "Without it only prices that stand for every scope are found.");
  if (!out.sku.empty() && pricing::find_sku(out.sku) == nullptr)
    target.error_at("sku", "must be one of " + pricing::sku_names() + near_sku(out.sku));
  target.name("serves", out.serves,
              "The model there, as `prices` names it: for answers that name none, and to know "
              "beforehand whether there is a price. Default: the deployment's name.",
              false);
  model.targets.push_back(std::move(out));
}

void declare_retry(MappingReader& retry, Retry& out) {
  retry.number("attempts", out.attempts, "Most targets tried for one request; 1: no failover.", 1,
               10);
  retry.duration("total_timeout", out.total_timeout,
                 "From the request's arrival to the response head, all attempts together.");
  retry.boolean("on_timeout", out.on_timeout,
                "Try the next target also when one took the request and did not answer in time. "
                "Azure may have billed what is then repeated.");
}

void declare_retry_budget(MappingReader& budget, RetryBudget& out) {
  budget.ratio("ratio", out.ratio, "Retries as a share of the requests of the last 10 seconds.");
  budget.number("min_per_second", out.min_per_second, "Retries that are allowed in any case.", 0,
                100'000);
}

void declare_model(MappingReader& model, Config& config) {
  Model out;
  out.line = model.line();
  model.name("name", out.name,
             "What clients ask for: the deployment in the path or `model` in the body.");
  model.list("targets", "Backend deployments that serve it.", true,
             [&](MappingReader& reader) { declare_target(reader, out); });
  model.mapping("retry", "When a target fails before a byte of its answer has gone on.", false,
                [&](MappingReader& reader) { declare_retry(reader, out.retry); });
  model.mapping("timeouts", "How long this model may take, whichever backend serves it.", false,
                [&](MappingReader& reader) { declare_model_timeouts(reader, out.timeouts); });
  declare_audit_cap(model, out.audit);
  config.models.push_back(std::move(out));
}

/// In the order of OperationGroup.
const std::vector<std::string> kGroups{"inference", "models",        "assistants", "files",
                                       "batches",   "vector_stores", "fine_tuning"};

std::string all_groups() {
  std::string out;
  for (const std::string& group : kGroups) out.append(out.empty() ? "" : ", ").append(group);
  return out;
}

void declare_operations(MappingReader& operations, Operations& out) {
  std::vector<std::string> open{kGroups.front()};
  operations.texts(
      "open", open,
      "Groups of operations that are served: inference, models, assistants, files, batches, "
      "vector_stores, fine_tuning. All others are a 403. Default: inference.");
  out.open.clear();
  for (const std::string& name : open) {
    const auto found = std::find(kGroups.begin(), kGroups.end(), name);
    if (found == kGroups.end()) {
      operations.error_at("open", "names an unknown group of operations: " + name +
                                      " (there are: " + all_groups() + ")" +
                                      did_you_mean(name, kGroups));
    } else {
      out.open.push_back(static_cast<OperationGroup>(found - kGroups.begin()));
    }
  }
  operations.name(
      "backend", out.backend,
      "Backend of operations that name neither a model nor a stored object, such as a new file. "
      "Default: the first.",
      false);
  operations.boolean("ignore_model_case", out.ignore_model_case,
                     "Take GPT-4o for gpt-4o where no model has just that name. What Azure itself "
                     "does is not documented.");
}

}  // namespace

void declare_backends(MappingReader& root, Config& config) {
  root.list("backends", "The Azure OpenAI resources behind the gateway.", true,
            [&](MappingReader& reader) { declare_backend(reader, config); });
  root.list("models", "What clients can ask for, and who serves it.", true,
            [&](MappingReader& reader) { declare_model(reader, config); });
  root.mapping("operations", "Which operations are served.", false,
               [&](MappingReader& reader) { declare_operations(reader, config.operations); });
  root.mapping("retry_budget", "Keeps retries from multiplying load, over all models.", false,
               [&](MappingReader& reader) { declare_retry_budget(reader, config.retry_budget); });
}

}  // namespace tollgate::config
