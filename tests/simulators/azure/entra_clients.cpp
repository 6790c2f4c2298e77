// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entra_clients.hpp"

#include <sys/stat.h>

#include <fstream>

#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

using nlohmann::json;

namespace {

constexpr const char* kIssuer = "https://cluster.example/oidc/";
constexpr const char* kSubject = "system:serviceaccount:tollgate:gateway";
constexpr const char* kAudience = "api://AzureADTokenExchange";
constexpr const char* kJwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::int64_t kLongestAssertion = 600;

ClientVerdict refused(int code, const char* text, int status = 401,
                      const char* error = "invalid_client") {
  return {nullptr, "", status, error, code, text};
}

std::string field(const Form& form, const char* name) {
  const auto found = form.find(name);
  return found == form.end() ? std::string() : found->second;
}

std::int64_t number(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

bool is_current(const json& claims, std::int64_t now) {
  return number(claims, "nbf") <= now + 300 && now < number(claims, "exp");
}

std::string token_file(const std::string& directory) { return directory + "/federated-token"; }

std::string certificate_file(const std::string& directory, const ClientCertificate& certificate) {
  return directory + "/" + certificate.name + ".pem";
}

void write_private(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  ::chmod(path.c_str(), 0600);
}

}  // namespace

void EntraClients::register_proofs(const std::string& directory, std::int64_t now) {
  for (const char* name : {"gateway-1", "gateway-2"}) {
    const ClientCertificate& made = certificates_.emplace_back(make_client_certificate(name));
    write_private(certificate_file(directory, made), made.pem);
  }
  cluster_ = make_signing_key();
  write_private(token_file(directory), mint_federated(json::object(), now));
}

const Application* EntraClients::find(const std::string& id) const {
  if (id == setup_.gateway.app_id) return &setup_.gateway;
  for (const Application& caller : setup_.callers) {
    if (id == caller.app_id) return &caller;
  }
  return nullptr;
}

ClientVerdict EntraClients::check(const Form& form, const std::string& endpoint, std::int64_t now) {
  const std::string id = field(form, "client_id");
  const Application* application = find(id);
  if (application == nullptr) {
    return refused(700016, "Application was not found in the directory.", 400,
                   "unauthorized_client");
  }
  const std::string secret = field(form, "client_secret");
  if (!secret.empty()) {
    if (secret == application->client_secret) return {application, "secret", 200, "", 0, ""};
    return refused(7000215, "Invalid client secret provided.");
  }
  if (field(form, "client_assertion_type") != kJwtBearer) {
    return refused(7000218, "The request body must contain client_assertion or client_secret.");
  }
  const auto assertion = split_jwt(field(form, "client_assertion"));
  if (!assertion)
    return refused(50027, "JWT token is invalid or malformed.", 400, "invalid_request");
  if (assertion->claims.value("iss", json()) == id) {
    return check_certificate(*assertion, *application, endpoint, now);
  }
  return check_federated(*assertion, *application, now);
}

const ClientCertificate* EntraClients::certificate_named_by(const json& header) const {
  const bool pss = header.value("alg", json()) == "PS256";
  for (const ClientCertificate& known : certificates_) {
    const bool named = pss ? header.value("x5t#S256", json()) == known.sha256_thumbprint
                           : header.value("x5t", json()) == known.sha1_thumbprint;
    if (named) return &known;
  }
  return nullptr;
}

ClientVerdict EntraClients::check_certificate(const Jws& assertion, const Application& application,
                                              const std::string& endpoint, std::int64_t now) {
  const ClientCertificate* certificate = certificate_named_by(assertion.header);
  if (certificate == nullptr || &application != &setup_.gateway) {
    return refused(700027, "The certificate is not registered on the application.");
  }
  if (!signature_holds(assertion, certificate->pair.get())) {
    return refused(700027, "Client assertion failed signature validation.");
  }
  const json& claims = assertion.claims;
  if (claims.value("sub", json()) != application.app_id) {
    return refused(700021, "The assertion's application is not the one of client_id.");
  }
  if (claims.value("aud", json()) != endpoint) {
    return refused(700023, "Client assertion audience claim does not match.");
  }
  const bool brief = number(claims, "exp") - number(claims, "nbf") <= kLongestAssertion;
  if (!brief || !is_current(claims, now)) {
    return refused(700024, "Client assertion is not within its valid time range.");
  }
  const json id = claims.value("jti", json());
  const std::lock_guard lock(mutex_);
  if (!id.is_string() || !used_.insert(id.get<std::string>()).second) {
    return refused(50013, "Assertion has been used before.");
  }
  return {&application, "certificate " + certificate->sha256_thumbprint, 200, "", 0, ""};
}

ClientVerdict EntraClients::check_federated(const Jws& assertion, const Application& application,
                                            std::int64_t now) const {
  const json& claims = assertion.claims;
  const bool trusts_cluster = cluster_.pair && &application == &setup_.gateway;
  if (!trusts_cluster || claims.value("iss", json()) != kIssuer) {
    return refused(700211,
                   "No matching federated identity record found for the assertion's issuer.");
  }
  if (!signature_holds(assertion, cluster_.pair.get())) {
    return refused(50013, "Assertion failed signature validation.");
  }
  if (claims.value("aud", json()) != kAudience) {
    return refused(700212,
                   "No matching federated identity record found for the assertion's audience.");
  }
  if (claims.value("sub", json()) != kSubject) {
    return refused(700213,
                   "No matching federated identity record found for the assertion's subject.");
  }
  if (!is_current(claims, now)) {
    return refused(700024, "Client assertion is not within its valid time range.");
  }
  return {&application, "federated " + claims.value("jti", ""), 200, "", 0, ""};
}

std::string EntraClients::mint_federated(const json& wish, std::int64_t now) const {
  return sign_jwt(cluster_, {{"iss", wish.value("issuer", kIssuer)},
                             {"sub", wish.value("subject", kSubject)},
                             {"aud", wish.value("audience", kAudience)},
                             {"jti", make_uuid_v4().to_string()},
                             {"iat", now},
                             {"nbf", now},
                             {"exp", now + wish.value("lifetime_s", 3600)}});
}

json EntraClients::describe(const std::string& directory) const {
  json certificates = json::array();
  for (const ClientCertificate& certificate : certificates_) {
    certificates.push_back({{"file", certificate_file(directory, certificate)},
                            {"thumbprint", certificate.sha256_thumbprint}});
  }
  return {{"certificates", certificates}, {"federated_token_file", token_file(directory)}};
}

}  // namespace tollgate::simulator
