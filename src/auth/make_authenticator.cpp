// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/auth/make_authenticator.hpp"

#include <optional>
#include <utility>

#include "client_table.hpp"
#include "entra_jwt.hpp"
#include "header_trust.hpp"
#include "pass_through_claims.hpp"
#include "presented.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::auth {

namespace asio = boost::asio;

namespace {

/// Twice what a record keeps: a key in it is looked for before it is cut.
constexpr std::size_t kCustomIdLimit = 512;

class MethodChain : public ConfiguredAuthenticator {
 public:
  MethodChain(const config::Config& config, KeyCaches& caches)
      : settings_(config.authentication), clients_(config) {
    if (settings_.custom_header) header_trust_ = HeaderTrust(*settings_.custom_header);
    if (settings_.entra) entra_.emplace(*settings_.entra, clients_, caches);
  }

  asio::awaitable<Result<Caller>> authenticate(RequestProof proof, UtcTime now) override {
    const Result<Presented> presented = read_presented(proof.fields, settings_);
    if (!presented) co_return presented.error();
    // A credential in the request decides alone, good or bad: what the connection proves does not
    // mend it.
    Result<Caller> caller = Error{Errc::unauthenticated, "no credential"};
    if (!presented->api_keys.empty()) {
      caller = by_api_keys({presented->api_keys.data(), presented->api_keys.size()});
    } else if (presented->token) {
      caller = co_await by_token(*presented->token, now);
    } else {
      co_return by_connection(presented->custom_header, proof, now);
    }
    // Beside a credential the custom header proves nothing; it is kept as the caller's word.
    if (caller && presented->custom_header) {
      caller->custom_id = sanitize_utf8(*presented->custom_header, kCustomIdLimit);
    }
    co_return caller;
  }

  bool ready() const override { return !entra_ || entra_->ready(); }

 private:
  /// Every one of them must be good, and all of one client: otherwise who pays would depend on
  /// which is read.
  Result<Caller> by_api_keys(std::span<const std::string_view> keys) const {
    Result<Caller> caller = by_api_key(keys.front());
    for (const std::string_view key : keys.subspan(1)) {
      if (!caller) return caller;
      const Result<Caller> other = by_api_key(key);
      if (!other) return other;
      if (other->client != caller->client) {
        return Error{Errc::invalid_input, "keys of two clients together"};
      }
    }
    return caller;
  }

  Result<Caller> by_api_key(std::string_view key) const {
    const ClientTable::KeyOwner owner = clients_.by_api_key(key);
    if (owner.client == nullptr) return Error{Errc::unauthenticated, "no such key"};
    Caller caller;
    caller.client = owner.client;
    caller.method = AuthMethod::api_key;
    caller.key_name = owner.key->name;
    return caller;
  }

  asio::awaitable<Result<Caller>> by_token(std::string_view token, UtcTime now) {
    if (settings_.pass_through) {
      const auto claimed = read_pass_through(token, *settings_.pass_through);
      if (claimed) co_return by_claims(*claimed);
    }
    if (!entra_) co_return Error{Errc::unauthenticated, "no tokens are taken"};
    co_return co_await entra_->authenticate(token, now);
  }

  /// The backend will tell whether the token is good; until then it is the caller's word.
  Result<Caller> by_claims(const TokenIdentity& claimed) const {
    Result<Caller> caller = clients_.caller_by_token(claimed);
    if (caller) caller->proof = CallerProof::asserted;
    return caller;
  }

  /// Where the custom header is believed it decides, also when it names nobody: a peer that speaks
  /// for others must not pay for those it gets wrong. Elsewhere the certificate's owner is the
  /// caller.
  Result<Caller> by_connection(std::optional<std::string_view> header, const RequestProof& proof,
                               UtcTime now) const {
    if (header && header_trust_.covers(proof, now)) return by_custom_header(*header);
    const CertificateIdentity* certificate = valid_certificate(proof, now);
    if (certificate == nullptr) return Error{Errc::unauthenticated, "no credential"};
    ClientTable::CertificateOwner owner = clients_.by_certificate(*certificate);
    if (owner.client == nullptr) return Error{Errc::unauthenticated, "nobody's certificate"};
    Caller caller;
    caller.client = owner.client;
    caller.method = AuthMethod::client_certificate;
    caller.custom_id = sanitize_utf8(owner.name, kCustomIdLimit);
    return caller;
  }

  Result<Caller> by_custom_header(std::string_view value) const {
    Caller caller;
    caller.client = clients_.by_header_value(value);
    if (caller.client == nullptr) return Error{Errc::unauthenticated, "no such caller"};
    caller.method = AuthMethod::custom_header;
    caller.custom_id = sanitize_utf8(value, kCustomIdLimit);
    return caller;
  }

  const config::Authentication& settings_;
  ClientTable clients_;
  std::optional<EntraJwt> entra_;
  HeaderTrust header_trust_;
};

}  // namespace

std::string_view to_string(AuthMethod method) {
  switch (method) {
    case AuthMethod::api_key:
      return "api_key";
    case AuthMethod::entra:
      return "entra";
    case AuthMethod::custom_header:
      return "custom_header";
    case AuthMethod::client_certificate:
      return "client_certificate";
  }
  return "";
}

std::string_view to_string(CallerProof proof) {
  switch (proof) {
    case CallerProof::verified:
      return "verified";
    case CallerProof::backend_accepted:
      return "backend_accepted";
    case CallerProof::asserted:
      return "asserted";
  }
  return "";
}

std::unique_ptr<ConfiguredAuthenticator> make_authenticator(const config::Config& config,
                                                            KeyCaches& caches) {
  return std::make_unique<MethodChain>(config, caches);
}

}  // namespace tollgate::auth
