// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include "behaviour.hpp"
#include "http_server.hpp"
#include "setup.hpp"

namespace tollgate::simulator {

/// Entra ID: metadata, keys with rotation, the token endpoint, and minting of whatever token a test wants.
/// azure-protocol.md 4 and 5. Thread-safe.
class Entra {
 public:
  Entra(const Setup& setup, Faults& faults);

  /// The base of its own URLs, once its port is known.
  void set_base(std::string base) { base_ = std::move(base); }

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

  /// {"audience","app_id","object_id","tenant","version","lifetime_s","claims","bad_signature"}
  std::string mint(const nlohmann::json& wish) const;
  /// An app-only v1 token of the gateway's own identity for an audience.
  std::string mint_for_gateway(const std::string& audience, int lifetime_s) const;
  /// The audience of a token that we signed and that is valid now; nullopt otherwise.
  std::optional<std::string> verified_audience(const std::string& token) const;
  void rotate(bool keep_old);

 private:
  struct Key {
    std::shared_ptr<EVP_PKEY> pair;
    std::string id;
  };

  nlohmann::json metadata(const std::string& tenant, bool v2) const;
  nlohmann::json key_document() const;
  std::string token_answer(const std::string& tenant, const std::string& form, int& status) const;
  std::string sign(const nlohmann::json& claims, bool bad_signature) const;
  static Key make_key();

  const Setup& setup_;
  Faults& faults_;
  std::string base_;
  mutable std::mutex mutex_;
  std::vector<Key> keys_;             ///< the first one signs
};

}  // namespace tollgate::simulator
