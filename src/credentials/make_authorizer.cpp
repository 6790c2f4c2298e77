// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <utility>
#include <variant>

#include "caching_token_source.hpp"
#include "client_secret.hpp"
#include "managed_identity.hpp"
#include "tollgate/credentials/authorizer.hpp"

namespace tollgate::credentials {

namespace asio = boost::asio;

namespace {

class ApiKeyAuthorizer : public Authorizer {
 public:
  explicit ApiKeyAuthorizer(Secret key) : key_(std::move(key)) {}
  asio::awaitable<Result<CredentialHeader>> header(UtcTime) override {
    co_return CredentialHeader{"api-key", key_};
  }

 private:
  Secret key_;
};

class BearerAuthorizer : public Authorizer {
 public:
  explicit BearerAuthorizer(std::unique_ptr<TokenSource> source) : source_(std::move(source)) {}
  asio::awaitable<Result<CredentialHeader>> header(UtcTime now) override {
    const Result<AccessToken> token = co_await source_->token(now);
    if (!token) co_return token.error();
    co_return CredentialHeader{"authorization",
                               Secret(std::string("Bearer ").append(token->value.reveal()))};
  }

 private:
  std::unique_ptr<TokenSource> source_;
};

/// The table of sources: one row per kind of credential.
struct MakeSource {
  const std::string& scope;
  const TokenPlaces& places;

  std::unique_ptr<TokenSource> operator()(const config::ClientSecretCredential& credential) const {
    return std::make_unique<ClientSecretSource>(credential, places.identity.authority, scope,
                                                places.transport);
  }
  std::unique_ptr<TokenSource> operator()(const config::ManagedIdentityCredential& credential) const {
    return std::make_unique<ManagedIdentitySource>(credential, places.identity.imds_endpoint, scope,
                                                   places.transport);
  }
  std::unique_ptr<TokenSource> operator()(const config::ApiKeyCredential&) const { return nullptr; }
};

}  // namespace

std::unique_ptr<TokenSource> make_token_source(const config::Credential& credential,
                                               const std::string& scope, TokenPlaces places) {
  std::unique_ptr<TokenSource> source = std::visit(MakeSource{scope, places}, credential);
  if (!source) return nullptr;
  return std::make_unique<CachingTokenSource>(std::move(source), places.control);
}

std::unique_ptr<Authorizer> make_authorizer(const config::Credential& credential,
                                            const std::string& scope, TokenPlaces places) {
  if (const auto* key = std::get_if<config::ApiKeyCredential>(&credential)) {
    return std::make_unique<ApiKeyAuthorizer>(key->key);
  }
  return std::make_unique<BearerAuthorizer>(make_token_source(credential, scope, places));
}

}  // namespace tollgate::credentials
