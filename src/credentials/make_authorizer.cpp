// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <utility>
#include <variant>

#include "caching_token_source.hpp"
#include "client_certificate.hpp"
#include "client_secret.hpp"
#include "managed_identity.hpp"
#include "pass_through.hpp"
#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/telemetry/log.hpp"
#include "workload_identity.hpp"

namespace tollgate::credentials {

namespace asio = boost::asio;

namespace {

class ApiKeyAuthorizer : public Authorizer {
 public:
  explicit ApiKeyAuthorizer(Secret key) : key_(std::move(key)) {}
  asio::awaitable<Result<CredentialHeader>> header(UtcTime, std::string_view) override {
    co_return CredentialHeader{"api-key", key_};
  }

 private:
  Secret key_;
};

class BearerAuthorizer : public Authorizer {
 public:
  explicit BearerAuthorizer(std::shared_ptr<TokenSource> source) : source_(std::move(source)) {}
  asio::awaitable<Result<CredentialHeader>> header(UtcTime now, std::string_view) override {
    const Result<AccessToken> token = co_await source_->token(now);
    if (!token) co_return token.error();
    co_return CredentialHeader{"authorization",
                               Secret(std::string("Bearer ").append(token->value.reveal()))};
  }

 private:
  std::shared_ptr<TokenSource> source_;
};

/// The table of credentials whose tokens the gateway fetches: one row each, null for the others.
struct MakeFetcher {
  const std::string& scope;
  const TokenParts& parts;
  using Fetcher = std::unique_ptr<TokenFetcher>;

  Fetcher operator()(const config::ClientSecretCredential& credential) const {
    return std::make_unique<ClientSecretFetcher>(credential, parts.identity.authority, scope,
                                                 parts.transport);
  }
  Fetcher operator()(const config::ClientCertificateCredential& credential) const {
    return std::make_unique<ClientCertificateFetcher>(credential, parts.identity.authority, scope,
                                                      parts.transport);
  }
  Fetcher operator()(const config::WorkloadIdentityCredential& credential) const {
    return std::make_unique<WorkloadIdentityFetcher>(credential, parts.identity.authority, scope,
                                                     parts.transport);
  }
  Fetcher operator()(const config::ManagedIdentityCredential& credential) const {
    return make_managed_identity_fetcher(credential, parts.identity, scope, parts.transport);
  }
  Fetcher operator()(const config::DefaultCredential&) const {
    const config::DefaultChoice& choice = parts.identity.default_choice.value();
    telemetry::log::info("credential.default", {{"scope", scope}, {"choice", choice.reason}});
    return std::visit(*this, choice.credential);
  }
  Fetcher operator()(const config::ApiKeyCredential&) const { return nullptr; }
  Fetcher operator()(const config::PassThroughCredential&) const { return nullptr; }
};

}  // namespace

std::shared_ptr<TokenSource> make_token_source(const config::Credential& credential,
                                               const std::string& scope, const TokenParts& parts) {
  return parts.caches.find_or_make(credential, scope, parts.identity, [&] {
    return std::make_shared<CachingTokenSource>(std::visit(MakeFetcher{scope, parts}, credential),
                                                parts.control, scope);
  });
}

std::unique_ptr<Authorizer> make_authorizer(const config::Credential& credential,
                                            const std::string& scope, const TokenParts& parts) {
  if (const auto* key = std::get_if<config::ApiKeyCredential>(&credential)) {
    return std::make_unique<ApiKeyAuthorizer>(key->key);
  }
  if (std::holds_alternative<config::PassThroughCredential>(credential)) {
    return std::make_unique<PassThroughAuthorizer>();
  }
  return std::make_unique<BearerAuthorizer>(make_token_source(credential, scope, parts));
}

}  // namespace tollgate::credentials
