// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "certificate_status.hpp"
#include "control_plane.hpp"
#include "tollgate/auth/make_authenticator.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/http/client_transport.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/pricing/pricer.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"
#include "tollgate/seals/seals.hpp"

namespace tollgate::app {

/// What all workers use of one backend.
struct BackendParts {
  net::ClientTls tls;
  std::unique_ptr<http::ClientTransport> transport;  ///< for the control plane's own questions
  std::unique_ptr<credentials::Authorizer> authorizer;
};

/// What a generation is made with; all of it outlives it.
struct GenerationParts {
  ControlPlane& control;
  routing::TargetBoard& board;
  credentials::TokenCaches& tokens;
  auth::KeyCaches& keys;
};

/// Everything that follows from one configuration; immutable or thread-safe for the workers that
/// share it. An exchange keeps the generation that it began with alive; the gateway holds the last
/// share and gives it up on the control thread.
struct Generation {
  /// What can fail or take its time: reads the certificates. Not on a worker. Error invalid_input:
  /// a file of certificates or a key cannot be used; nothing has changed then.
  static Result<std::shared_ptr<Generation>> prepare(config::Config config, std::uint64_t number,
                                                     const GenerationParts& parts);
  /// The rest: who proves what. Control thread, or before it runs. Takes over tokens and keys that
  /// are in use.
  void complete(const GenerationParts& parts);

  const config::Config config;
  const std::uint64_t number;
  std::vector<BackendParts> backends;                       ///< in the configuration's order
  std::vector<std::optional<net::ServerTls>> listener_tls;  ///< likewise
  std::vector<CertificateInUse> certificates;               ///< of all files that it names
  std::optional<ControlTls> control_tls;                    ///< until the control plane takes it
  std::optional<routing::RouteTable> routes;
  std::unique_ptr<auth::ConfiguredAuthenticator> authenticator;
  const std::shared_ptr<const pricing::Pricer> pricer;
  std::unique_ptr<const seals::Seals> seals;  ///< null: ids are not sealed

  Generation(config::Config given, std::uint64_t its_number);

 private:
  Result<void> load_certificates(ControlPlane& control);
};

}  // namespace tollgate::app
