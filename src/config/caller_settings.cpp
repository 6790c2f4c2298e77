// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>

#include "settings.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

/// The one tenant that an issuer can be meant for: the only one there is, or the only one that it
/// names.
std::vector<std::string> tenant_named_in(const std::string& issuer,
                                         const std::vector<std::string>& tenants) {
  if (tenants.size() == 1) return tenants;
  const std::string text = to_lower(issuer);
  std::vector<std::string> out;
  std::copy_if(tenants.begin(), tenants.end(), std::back_inserter(out),
               [&](const std::string& tenant) { return text.find(tenant) != std::string::npos; });
  return out.size() == 1 ? out : std::vector<std::string>();
}

void declare_issuer(MappingReader& reader, EntraAuthentication& entra) {
  EntraIssuer out;
  reader.text("issuer", out.issuer, "The `iss` value, whole.", true);
  reader.guids("tenants", out.tenants,
               "The `tid` values that it goes with. Default: the tenant that it names, or the only "
               "one of `tenants`.");
  if (reader.documenting()) return;
  for (const std::string& tenant : out.tenants) {
    const auto& known = entra.tenants;
    if (std::find(known.begin(), known.end(), tenant) == known.end()) {
      reader.error_at("tenants", "names a tenant that authentication.entra.tenants lacks");
    }
  }
  if (out.tenants.empty()) out.tenants = tenant_named_in(out.issuer, entra.tenants);
  if (out.tenants.empty()) {
    // Any of the tenants' keys could then sign for all of them.
    reader.error_at("issuer", "cannot be tied to a tenant: say which `tenants` it goes with");
  }
  entra.issuers.push_back(std::move(out));
}

void declare_entra(MappingReader& entra, EntraAuthentication& out) {
  entra.guids("tenants", out.tenants, "Tenants whose tokens are accepted.");
  entra.texts("audiences", out.audiences,
              "Accepted `aud` values: the gateway's own App ID URI and client id.");
  entra.endpoint("authority", out.authority,
                 "Where metadata and signing keys come from; sovereign clouds have their own.",
                 false, true);
  entra.list(
      "issuers",
      "Accepted `iss` values, each with the tenants whose tokens may carry it; a plain text is an "
      "issuer alone. Default: the v1 and v2 issuers of each tenant.",
      false, [&](MappingReader& reader) { declare_issuer(reader, out); }, "issuer");
  entra.text("required_role", out.required_role, "App role that a token must carry.");
  entra.text("required_scope", out.required_scope,
             "Delegated permission that a user's token must carry beside it; tokens of "
             "applications have none.");
  if (!entra.documenting() && out.tenants.empty()) entra.error("needs at least one tenant");
  if (!entra.documenting() && out.audiences.empty()) entra.error("needs at least one audience");
}

void declare_header_field(MappingReader& reader, const std::string& key, std::string& out,
                          const char* doc, bool required) {
  reader.text(key, out, doc, required);
  if (!out.empty() && !is_header_name(out)) {
    reader.error_at(key, "must be a header name of letters, digits and dashes");
  }
  out = to_lower(out);
  if (out == "authorization")
    reader.error_at(key, "must not be authorization, which is read anyway");
}

void declare_header_names(MappingReader& reader, const std::string& key,
                          std::vector<std::string>& out, const char* doc) {
  reader.texts(key, out, doc);
  for (std::string& name : out) {
    name = to_lower(name);
    if (!is_header_name(name) || name == "authorization") {
      reader.error_at(key, "must be header names of letters, digits and dashes, not authorization");
    }
  }
}

void declare_certificates(MappingReader& reader, CertificateMatch& out) {
  reader.texts("subjects", out.subjects,
               "Whole subjects, as `openssl x509 -noout -subject -nameopt RFC2253` prints them.");
  reader.texts("dns_names", out.dns_names,
               "DNS names among the subject alternative names; no wildcards.");
  reader.texts("uris", out.uris, "URIs among the subject alternative names, such as SPIFFE ids.");
  for (std::string& name : out.dns_names) name = to_lower(name);
}

void declare_custom_header(MappingReader& reader, Authentication& out) {
  CustomHeaderAuthentication& header = out.custom_header.emplace();
  declare_header_field(reader, "name", header.name, "The header's name.", true);
  reader.networks(
      "trusted_networks", header.trusted_networks,
      "TCP peers from which the header is proof; from all others it is none. Required, unless "
      "`trusted_certificates` is there.");
  reader.mapping("trusted_certificates",
                 "Client certificates (listeners[].tls.client_certificates) with which the header "
                 "is proof, from "
                 "wherever; any match will do.",
                 false, [&](MappingReader& match) {
                   declare_certificates(match, header.trusted_certificates);
                 });
  if (reader.documenting()) return;
  if (header.trusted_networks.empty() && header.trusted_certificates.empty()) {
    reader.error(
        "needs trusted_networks or trusted_certificates: without them any peer could claim to be "
        "any client");
  }
  const auto& keys = out.api_key_headers;
  if (std::find(keys.begin(), keys.end(), header.name) != keys.end()) {
    reader.error_at("name", "must not be a header of API keys");
  }
}

void declare_authentication(MappingReader& authentication, Authentication& out) {
  authentication.mapping(
      "entra", "Callers with Entra ID tokens.", false,
      [&](MappingReader& reader) { declare_entra(reader, out.entra.emplace()); });
  authentication.mapping(
      "pass_through",
      "Callers whose tokens are for the backend itself. The gateway does not check them: it reads "
      "which client they "
      "claim to be, sends them to backends with the credential `pass_through` only, and records "
      "whether the backend "
      "accepted them.",
      false, [&](MappingReader& reader) {
        reader.texts(
            "audiences", out.pass_through.emplace().audiences,
            "The `aud` values of such tokens. Default: https://cognitiveservices.azure.com and "
            "https://ai.azure.com.");
      });
  authentication.mapping("api_key", "Callers with API keys.", false, [&](MappingReader& reader) {
    std::string only;
    declare_header_field(reader, "header", only, "The one header that holds the key.", false);
    declare_header_names(reader, "headers", out.api_key_headers,
                         "Headers that may hold the key, none of which goes on to a backend. An "
                         "opaque Authorization: Bearer is read too; what stands in several places "
                         "must be the same client's. Default: api-key and x-api-key.");
    if (only.empty()) return;
    if (reader.has("headers")) reader.error("takes header or headers, not both");
    out.api_key_headers = {only};
  });
  declare_header_names(authentication, "end_user_headers", out.end_user_headers,
                       "Headers that name the end user for records where the body names none; the "
                       "first that is there counts. The caller's word, never a proof.");
  authentication.mapping("custom_header",
                         "Callers told by a header from trusted networks or certificates.", false,
                         [&](MappingReader& reader) { declare_custom_header(reader, out); });
}

void declare_api_key(MappingReader& key, Client& client) {
  ApiKey out;
  key.name("name", out.name, "Tells the keys of a client apart in logs.", true);
  std::string sha256;
  key.text("sha256", sha256, "SHA-256 of the key in hexadecimal.");
  std::string env;
  key.text("env", env, "Instead: the environment variable that holds the key.");
  std::string file;
  key.text("file", file, "Instead: the file that holds the key.");
  if (key.documenting()) return;
  const int given = (sha256.empty() ? 0 : 1) + (env.empty() ? 0 : 1) + (file.empty() ? 0 : 1);
  if (given != 1) return key.error("needs exactly one of sha256, env and file");
  if (!sha256.empty()) {
    const auto bytes = from_hex(sha256);
    if (!bytes || bytes->size() != out.sha256.size()) {
      return key.error_at("sha256", "must be 64 hexadecimal digits");
    }
    std::copy(bytes->begin(), bytes->end(), out.sha256.begin());
  } else if (!key.hashed_secret(env, file, out.sha256)) {
    return;
  }
  client.api_keys.push_back(std::move(out));
}

void declare_entra_match(MappingReader& entra, EntraMatch& out) {
  entra.guids("app_ids", out.app_ids, "Application (client) ids.");
  entra.guids("object_ids", out.object_ids, "Object ids of users or principals.");
  entra.texts("roles", out.roles, "App roles.");
  entra.guids(
      "groups", out.groups,
      "Group object ids. A user of more than 200 groups has none in the token: use roles there.");
  entra.guids(
      "tenants", out.tenants,
      "Only tokens of these tenants. Default: any; a match with a tenant goes before one without.");
  std::size_t type = 0;
  entra.choice("token_type", {"any", "app", "user"}, type,
               "Only tokens of applications themselves, or only those for a user.");
  out.token_type = static_cast<TokenType>(type);
}

void declare_client(MappingReader& client, Config& config) {
  Client out;
  out.line = client.line();
  client.name("name", out.name, "Written into records: who pays.");
  client.tags("tags", out.tags, "Copied into records: cost centre, organisation, application.");
  client.list("api_keys", "The client's keys; several for roll-over.", false,
              [&](MappingReader& reader) { declare_api_key(reader, out); });
  client.mapping("entra", "Which Entra callers are this client; any match will do.", false,
                 [&](MappingReader& reader) { declare_entra_match(reader, out.entra); });
  client.mapping("certificates", "Which client certificates are this client; any match will do.",
                 false,
                 [&](MappingReader& reader) { declare_certificates(reader, out.certificates); });
  client.texts("header_values", out.header_values,
               "Values of the custom header that are this client.");
  std::vector<std::string> models;
  client.texts("models", models, "Models the client may use; `[]`: none. Default: every model.");
  if (client.has("models")) out.models = std::move(models);
  std::size_t on_abort = 0;
  client.choice("on_client_abort", {"drain", "cancel"}, on_abort,
                "When the client leaves early: read on for the exact usage within bounds, or close "
                "upstream.");
  out.on_client_abort = on_abort == 0 ? OnClientAbort::drain : OnClientAbort::cancel;
  std::size_t on_unpriced = 0;
  client.choice("on_unpriced", {"allow", "refuse"}, on_unpriced,
                "When `prices` has no entry for the model, scope, tier and day at one of the "
                "deployments that may serve a request, or one without a price for text in or out "
                "where the operation always uses it: serve it all the same, without a cost, or "
                "answer 403 before anything is spent. Whether the entry prices every other class "
                "that will be used is not known before. Work whose model no request names "
                "(batches, runs) is served.");
  out.on_unpriced = static_cast<OnUnpriced>(on_unpriced);
  declare_audit_choice(client, out.audit);
  declare_client_limits(client, out.limits);
  config.clients.push_back(std::move(out));
}

}  // namespace

void declare_callers(MappingReader& root, Config& config) {
  root.mapping(
      "authentication", "How callers prove who they are.", false,
      [&](MappingReader& reader) { declare_authentication(reader, config.authentication); });
  root.list("clients", "Who may call, and who pays.", true,
            [&](MappingReader& reader) { declare_client(reader, config); });
}

}  // namespace tollgate::config
