// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include "behaviour.hpp"
#include "entra_clients.hpp"
#include "http_server.hpp"
#include "setup.hpp"

namespace tollgate::simulator {

/// Entra ID: metadata, keys with rotation, the token endpoint, and minting of whatever token a test
/// wants. azure-protocol.md 4 and 5. Faults of service "entra" may name the resource "token",
/// "keys" or "metadata"; without a status, `expires_in` and `refresh_in` change the next token's
/// life. Thread-safe.
class Entra {
 public:
  Entra(const Setup& setup, Faults& faults);

  /// The base of its own URLs, once its port is known.
  void set_base(std::string base) { base_ = std::move(base); }

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

  /// {"audience","app_id","object_id","tenant","version","lifetime_s","claims","bad_signature"}, or
  /// {"federated": {...}} for a token of the cluster (entra_clients.hpp).
  std::string mint(const nlohmann::json& wish) const;
  /// An app-only v1 token of the gateway's own identity for an audience; `proof` says in its claim
  /// `sim_proof` what it was given out for.
  std::string mint_for_gateway(const std::string& audience, int lifetime_s,
                               const std::string& proof) const;
  /// The audience of a token that we signed and that is valid now; nullopt otherwise.
  std::optional<std::string> verified_audience(const std::string& token) const;
  /// The claims of a token that this issuer signed and that has not expired.
  std::optional<nlohmann::json> verified_claims(const std::string& token) const;
  void rotate(bool keep_old);

  /// EntraClients::register_proofs and where its files are.
  void register_proofs(const std::string& directory);
  nlohmann::json describe(const std::string& directory) const {
    return clients_.describe(directory);
  }

 private:
  struct Answer {
    int status = 200;
    std::string body;
  };

  nlohmann::json metadata(const std::string& tenant, bool v2) const;
  nlohmann::json key_document() const;
  Answer answer(const std::string& tenant, const std::string& path, const Request& request,
                const Behaviour& behaviour);
  Answer token_answer(const std::string& tenant, const std::string& form,
                      const Behaviour& behaviour);
  std::string sign(const nlohmann::json& claims, bool bad_signature) const;

  const Setup& setup_;
  Faults& faults_;
  EntraClients clients_;
  std::string base_;
  mutable std::mutex mutex_;
  std::vector<SigningKey> keys_;  ///< the first one signs
};

}  // namespace tollgate::simulator
