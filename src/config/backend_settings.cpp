// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>

#include "settings.hpp"

namespace tollgate::config {
namespace {

void declare_timeouts(MappingReader& timeouts, BackendTimeouts& out) {
  timeouts.duration("connect", out.connect, "For a connection with its TLS handshake, and for a free one.");
  timeouts.duration("first_byte", out.first_byte, "From the request sent to the response head.");
  timeouts.duration("idle", out.idle, "Longest pause between two pieces of a response.");
}

void declare_connections(MappingReader& connections, BackendConnections& out) {
  connections.number("max", out.max, "Most connections of one worker to the backend.", 1, 100'000);
  connections.number("idle", out.idle, "Most of them kept while idle.", 0, 100'000);
  connections.duration("idle_timeout", out.idle_timeout, "How long an idle one is kept.");
}

void declare_backend(MappingReader& backend, Config& config) {
  Backend out;
  out.line = backend.line();
  backend.name("name", out.name, "Written into records.");
  backend.endpoint("endpoint", out.endpoint, "The Azure OpenAI resource, https://host[:port].", true);
  backend.name("region", out.region, "Written into records.", false);
  backend.name("tier", out.tier, "Free text such as ptu or standard, written into records.", false);
  declare_credential(backend, "credential", out.credential, "How the gateway proves itself there.", true);
  backend.text("scope", out.scope, "Scope of Entra tokens for the backend.");
  backend.text("ca_certificates", out.ca_certificates,
               "PEM file of certificates trusted for this backend beside the system's.");
  backend.mapping("timeouts", "How long the backend may take.", false,
                  [&](MappingReader& reader) { declare_timeouts(reader, out.timeouts); });
  backend.mapping("connections", "Kept-alive connections.", false,
                  [&](MappingReader& reader) { declare_connections(reader, out.connections); });
  config.backends.push_back(std::move(out));
}

void declare_target(MappingReader& target, Model& model) {
  Target out;
  target.name("backend", out.backend, "Name of a backend.");
  out.deployment = model.name;
  target.name("deployment", out.deployment, "Deployment there. Default: the model's own name.", false);
  std::size_t priority = out.priority;
  target.number("priority", priority, "Lower is tried first.", 0, 1000);
  out.priority = static_cast<unsigned>(priority);
  std::size_t weight = out.weight;
  target.number("weight", weight, "Share among targets of the same priority.", 1, 1000);
  out.weight = static_cast<unsigned>(weight);
  model.targets.push_back(std::move(out));
}

void declare_model(MappingReader& model, Config& config) {
  Model out;
  out.line = model.line();
  model.name("name", out.name, "What clients ask for: the deployment in the path or `model` in the body.");
  model.list("targets", "Backend deployments that serve it.", true,
             [&](MappingReader& reader) { declare_target(reader, out); });
  if (!model.documenting() && out.targets.empty()) model.error("needs at least one target");
  config.models.push_back(std::move(out));
}

/// In the order of OperationGroup.
const std::vector<std::string> kGroups{"inference", "models",        "assistants", "files",
                                       "batches",   "vector_stores", "fine_tuning"};

void declare_operations(MappingReader& operations, Operations& out) {
  std::vector<std::string> open{kGroups.front()};
  operations.texts("open", open,
                   "Groups of operations that are served: inference, models, assistants, files, batches, "
                   "vector_stores, fine_tuning. All others are a 403. Default: inference.");
  out.open.clear();
  for (const std::string& name : open) {
    const auto found = std::find(kGroups.begin(), kGroups.end(), name);
    if (found == kGroups.end()) {
      operations.error_at("open", "names an unknown group of operations: " + name);
    } else {
      out.open.push_back(static_cast<OperationGroup>(found - kGroups.begin()));
    }
  }
  operations.name("backend", out.backend,
                  "Backend of operations that name neither a model nor a stored object, such as a new file. "
                  "Default: the first.",
                  false);
}

void declare_identity(MappingReader& identity, Config& config) {
  identity.endpoint("authority", config.identity.authority,
                    "Where client secrets are exchanged for tokens. Default: authentication.entra.authority.",
                    false, true);
  identity.text("imds_endpoint", config.identity.imds_endpoint,
                "Where managed identity tokens come from. Default: AZURE_POD_IDENTITY_AUTHORITY_HOST or IMDS.");
}

}  // namespace

void declare_credential(MappingReader& reader, const std::string& key, Credential& out,
                        const char* doc, bool allow_api_key) {
  reader.mapping(key, doc, true, [&](MappingReader& credential) {
    int given = 0;
    credential.mapping("managed_identity", "The host's managed identity.", false,
                       [&](MappingReader& inner) {
                         ++given;
                         ManagedIdentityCredential value;
                         inner.guid("client_id", value.client_id, "Of a user-assigned identity.", false);
                         out = value;
                       });
    credential.mapping("client_secret", "An application's secret.", false, [&](MappingReader& inner) {
      ++given;
      ClientSecretCredential value;
      inner.guid("tenant_id", value.tenant_id, "The application's tenant.", true);
      inner.guid("client_id", value.client_id, "The application's id.", true);
      inner.secret("secret", value.secret, "The secret.");
      out = value;
    });
    if (allow_api_key) {
      ApiKeyCredential value;
      credential.secret("api_key", value.key, "The resource's key.", false);
      if (credential.has("api_key")) {
        ++given;
        out = value;
      }
    } else if (credential.has("api_key")) {
      credential.error_at("api_key", "cannot be used here: Azure Monitor takes Entra tokens only");
      credential.not_yet("api_key");
    }
    for (const char* later : {"client_certificate", "workload_identity", "pass_through", "default"}) {
      credential.not_yet(later);
    }
    if (!credential.documenting() && given != 1) credential.error("needs exactly one kind of credential");
  });
}

void declare_backends(MappingReader& root, Config& config) {
  root.list("backends", "The Azure OpenAI resources behind the gateway.", true,
            [&](MappingReader& reader) { declare_backend(reader, config); });
  root.list("models", "What clients can ask for, and who serves it.", true,
            [&](MappingReader& reader) { declare_model(reader, config); });
  root.mapping("operations", "Which operations are served.", false,
               [&](MappingReader& reader) { declare_operations(reader, config.operations); });
  if (config.authentication.entra) config.identity.authority = config.authentication.entra->authority;
  if (const char* host = std::getenv("AZURE_POD_IDENTITY_AUTHORITY_HOST");
      host != nullptr && !root.documenting()) {
    config.identity.imds_endpoint = host;
  }
  root.mapping("identity", "Where the gateway's own Entra tokens come from.", false,
               [&](MappingReader& reader) { declare_identity(reader, config); });
}

}  // namespace tollgate::config
