// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/auth/make_authenticator.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "client_table.hpp"
#include "entra_jwt.hpp"
#include "presented.hpp"
#include "tollgate/base/network.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::auth {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kCustomIdLimit = 256;

class MethodChain : public ConfiguredAuthenticator {
 public:
  MethodChain(const config::Config& config, http::Transport& transport,
              asio::any_io_executor control)
      : settings_(config.authentication), clients_(config) {
    if (settings_.entra) {
      entra_.emplace(*settings_.entra, clients_, transport, control);
      entra_->start();
    }
    if (!settings_.custom_header) return;
    for (const std::string& text : settings_.custom_header->trusted_networks) {
      if (const auto network = Network::parse(text)) trusted_.push_back(*network);
    }
  }

  asio::awaitable<Result<Caller>> authenticate(RequestProof proof, UtcTime now) override {
    const Result<Presented> presented = read_presented(proof.fields, settings_);
    if (!presented) co_return presented.error();
    // Each request has at most one credential, so the order decides nothing but speed.
    Result<Caller> caller = Error{Errc::unauthenticated, "no credential"};
    if (presented->api_key) {
      caller = by_api_key(*presented->api_key);
    } else if (presented->token) {
      if (entra_) caller = co_await entra_->authenticate(*presented->token, now);
    } else if (presented->custom_header) {
      co_return by_custom_header(*presented->custom_header, proof.peer);
    }
    // Beside a credential the custom header proves nothing; it is kept as the caller's word.
    if (caller && presented->custom_header) {
      caller->custom_id = sanitize_utf8(*presented->custom_header, kCustomIdLimit);
    }
    co_return caller;
  }

  bool ready() const override { return !entra_ || entra_->ready(); }
  void stop() override {
    if (entra_) entra_->stop();
  }

 private:
  Result<Caller> by_api_key(std::string_view key) const {
    const ClientTable::KeyOwner owner = clients_.by_api_key(key);
    if (owner.client == nullptr || key.empty()) return Error{Errc::unauthenticated, "no such key"};
    Caller caller;
    caller.client = owner.client;
    caller.method = AuthMethod::api_key;
    caller.key_name = owner.key->name;
    return caller;
  }

  /// The trusted network is the proof: nobody else can reach us from there (A13).
  Result<Caller> by_custom_header(std::string_view value, const asio::ip::address& peer) const {
    const bool trusted = std::any_of(trusted_.begin(), trusted_.end(), [&](const Network& network) {
      return network.contains(peer);
    });
    Caller caller;
    caller.client = trusted ? clients_.by_header_value(value) : nullptr;
    if (caller.client == nullptr) return Error{Errc::unauthenticated, "no such caller"};
    caller.method = AuthMethod::custom_header;
    caller.custom_id = sanitize_utf8(value, kCustomIdLimit);
    return caller;
  }

  const config::Authentication& settings_;
  ClientTable clients_;
  std::optional<EntraJwt> entra_;
  std::vector<Network> trusted_;
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
                                                            http::Transport& transport,
                                                            asio::any_io_executor control) {
  return std::make_unique<MethodChain>(config, transport, std::move(control));
}

}  // namespace tollgate::auth
