// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "client_certificate.hpp"
#include "jws.hpp"
#include "setup.hpp"

namespace tollgate::simulator {

using Form = std::map<std::string, std::string>;

/// What came of an application's proof: who it is and by what, or Entra's refusal.
struct ClientVerdict {
  const Application* application = nullptr;  ///< null: refused
  std::string proof;  ///< "secret", "certificate THUMBPRINT", "federated JTI"
  int status = 0;
  std::string error;  ///< OAuth's word
  int code = 0;       ///< AADSTS
  std::string text;
};

/// The applications that Entra knows and what they may prove themselves with (azure-protocol.md
/// 5.1, 5.2): the secrets of the setup; for the gateway two certificates, and the tokens of one
/// service account of a cluster. Thread-safe.
class EntraClients {
 public:
  explicit EntraClients(const Setup& setup) : setup_(setup) {}

  /// Makes the gateway's certificates and the cluster, before anybody asks, and writes the
  /// certificates and a federated token into the directory. Until then the secrets alone are known:
  /// keys take a while to make.
  void register_proofs(const std::string& directory, std::int64_t now);

  /// `endpoint` is the URL of the token endpoint, the audience of assertions.
  ClientVerdict check(const Form& form, const std::string& endpoint, std::int64_t now);

  /// A token of the cluster. {"subject", "audience", "issuer", "lifetime_s"}, all optional.
  std::string mint_federated(const nlohmann::json& wish, std::int64_t now) const;

  /// Where the files of register_proofs() are.
  nlohmann::json describe(const std::string& directory) const;

 private:
  const Application* find(const std::string& id) const;
  const ClientCertificate* certificate_named_by(const nlohmann::json& header) const;
  ClientVerdict check_certificate(const Jws& assertion, const Application& application,
                                  const std::string& endpoint, std::int64_t now);
  ClientVerdict check_federated(const Jws& assertion, const Application& application,
                                std::int64_t now) const;

  const Setup& setup_;
  std::vector<ClientCertificate> certificates_;
  SigningKey cluster_;
  std::mutex mutex_;
  std::set<std::string> used_;  ///< the `jti` of every assertion taken
};

}  // namespace tollgate::simulator
