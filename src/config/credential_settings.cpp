// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <variant>

#include "settings.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

constexpr const char* kDefaultDoc =
    "Azure's default order: an application in the environment (AZURE_TENANT_ID, AZURE_CLIENT_ID "
    "with AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH), workload identity, managed "
    "identity. AZURE_TOKEN_CREDENTIALS narrows it. A developer's login (Azure CLI) is no part of "
    "it: a gateway must not depend on who logged in on its host.";

/// What keeps a PEM file from being used as a private key on this host, or nullopt.
std::optional<std::string> key_file_fault(const MappingReader& reader, const std::string& path) {
  if (!reader.on_host()) return std::nullopt;
  const auto text = reader.secret_file(path);
  if (!text || text->empty()) {
    return reader.file_complaint(path);
  }
  const bool encrypted = text->find("ENCRYPTED") != std::string::npos;
  if (encrypted || text->find("PRIVATE KEY-----") == std::string::npos) {
    return "names a file without an unencrypted PEM private key: " + path;
  }
  return std::nullopt;
}

void declare_application(MappingReader& reader, std::string& tenant_id, std::string& client_id) {
  reader.guid("tenant_id", tenant_id, "The application's tenant.", true);
  reader.guid("client_id", client_id, "The application's id.", true);
}

void declare_client_secret(MappingReader& reader, ClientSecretCredential& out) {
  declare_application(reader, out.tenant_id, out.client_id);
  reader.secret("secret", out.secret, "The secret.");
}

void declare_client_certificate(MappingReader& reader, ClientCertificateCredential& out) {
  declare_application(reader, out.tenant_id, out.client_id);
  reader.text(
      "certificate", out.certificate,
      "PEM file with the certificate, the rest of its chain, and its RSA key unless private_key is "
      "given. Read anew for each token.",
      true);
  reader.text("private_key", out.private_key, "PEM file with the key, where it stands apart.");
  std::size_t algorithm = 0;
  reader.choice("algorithm", {"PS256", "RS256"}, algorithm,
                "How assertions are signed: PS256 with x5t#S256, or RS256 with x5t as older "
                "issuers want it.");
  out.algorithm = algorithm == 0 ? AssertionAlgorithm::ps256 : AssertionAlgorithm::rs256;
  std::size_t chain = 0;
  reader.choice("send_certificate_chain", {"false", "true"}, chain,
                "Send the chain (x5c), for applications that trust a subject name and issuer.");
  out.send_certificate_chain = chain == 1;
  const bool apart = !out.private_key.empty();
  const std::string& path = apart ? out.private_key : out.certificate;
  if (path.empty()) return;
  if (const auto fault = key_file_fault(reader, path)) {
    reader.error_at(apart ? "private_key" : "certificate", *fault);
  }
}

void declare_managed_identity(MappingReader& reader, ManagedIdentityCredential& out) {
  reader.guid("client_id", out.client_id,
              "Of a user-assigned identity. Default: the system-assigned one.", false);
  reader.guid("object_id", out.object_id, "Instead: the identity's object (principal) id.", false);
  reader.text("resource_id", out.resource_id,
              "Instead: the identity's Azure resource id, /subscriptions/...");
  const int given = !out.client_id.empty() + !out.object_id.empty() + !out.resource_id.empty();
  if (given > 1) reader.error("needs at most one of client_id, object_id and resource_id");
}

/// A setting whose default is an environment variable that the platform sets.
void require(MappingReader& reader, const char* key, const std::string& value,
             const char* variable) {
  if (reader.on_host() && value.empty() && !reader.has(key)) {
    reader.error(std::string("needs ") + key + ", because " + variable + " is not set");
  }
}

void declare_workload_identity(MappingReader& reader, WorkloadIdentityCredential& out) {
  const HostEnvironment host = read_host_environment(reader);
  const auto id = [&](const char* key, std::string& value, const std::string& found,
                      const char* variable, const char* doc) {
    reader.guid(key, value, doc, false);
    if (value.empty() && !reader.has(key) && !found.empty()) {
      value = parse_guid(found).value_or("");
      if (value.empty()) return reader.error(std::string(variable) + " must be a GUID");
    }
    require(reader, key, value, variable);
  };
  id("tenant_id", out.tenant_id, host.tenant_id, "AZURE_TENANT_ID",
     "The application's tenant. Default: AZURE_TENANT_ID.");
  id("client_id", out.client_id, host.client_id, "AZURE_CLIENT_ID",
     "The application's or user-assigned identity's id. Default: AZURE_CLIENT_ID.");
  out.token_file = host.federated_token_file;
  reader.text("token_file", out.token_file,
              "File with the platform's token. Read anew for each token. Default: "
              "AZURE_FEDERATED_TOKEN_FILE.");
  require(reader, "token_file", out.token_file, "AZURE_FEDERATED_TOKEN_FILE");
}

void declare_default(MappingReader& credential) {
  const HostEnvironment host = read_host_environment(credential);
  const Result<DefaultChoice> choice = choose_default_credential(host);
  if (!choice)
    return credential.error_at("default", "cannot be decided: " + choice.error().message);
  if (!std::holds_alternative<ClientCertificateCredential>(choice->credential)) return;
  if (const auto fault = key_file_fault(credential, host.certificate)) {
    credential.error_at("default", "cannot be used: AZURE_CLIENT_CERTIFICATE_PATH " + *fault);
  }
}

/// The kinds that stand for any of Azure's endpoints, one row each. Sets `out` and counts what is
/// given.
void declare_token_kinds(MappingReader& credential, Credential& out, int& given) {
  const auto kind = [&](const char* key, const char* doc, auto value, auto declare) {
    credential.mapping(key, doc, false, [&](MappingReader& reader) {
      ++given;
      declare(reader, value);
      out = value;
    });
  };
  kind("managed_identity",
       "The host's managed identity: of App Service, Functions, Container Apps, a machine under "
       "Azure Arc or a virtual machine, told apart by the environment.",
       ManagedIdentityCredential(), declare_managed_identity);
  kind("workload_identity", "A federated token of the platform, such as Kubernetes.",
       WorkloadIdentityCredential(), declare_workload_identity);
  kind("client_certificate", "An application's certificate.", ClientCertificateCredential(),
       declare_client_certificate);
  kind("client_secret", "An application's secret.", ClientSecretCredential(),
       declare_client_secret);
  kind("default", kDefaultDoc, DefaultCredential(),
       [&](MappingReader&, DefaultCredential&) { declare_default(credential); });
}

void declare_backend_kinds(MappingReader& credential, Credential& out, int& given) {
  ApiKeyCredential key;
  credential.secret("api_key", key.key, "The resource's key.", false);
  if (credential.has("api_key")) {
    ++given;
    out = key;
  }
  credential.mapping("pass_through",
                     "The caller's own Entra token goes on; callers without one are refused.",
                     false, [&](MappingReader&) {
                       ++given;
                       out = PassThroughCredential();
                     });
}

}  // namespace

void declare_credential(MappingReader& reader, const std::string& key, Credential& out,
                        const char* doc, bool for_backend, bool required) {
  reader.mapping(key, doc, required, [&](MappingReader& credential) {
    int given = 0;
    declare_token_kinds(credential, out, given);
    if (for_backend) declare_backend_kinds(credential, out, given);
    for (const char* backend_only : {"api_key", "pass_through"}) {
      if (for_backend || !credential.has(backend_only)) continue;
      ++given;
      credential.refuse(
          backend_only,
          "cannot be used here: what is sent there is proven by Entra tokens of the gateway's own");
    }
    if (!credential.documenting() && given != 1)
      credential.error("needs exactly one kind of credential");
  });
}

}  // namespace tollgate::config
