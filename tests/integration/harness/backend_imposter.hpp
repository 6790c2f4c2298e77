// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "certificate_authority.hpp"
#include "raw_connection.hpp"

namespace tollgate::integration {

/// A request that reached the backend, and the connection to answer it on.
struct Arrival {
  RawConnection& connection;
  Message request;
};

/// Stands where Azure would, on loopback. It does nothing by itself: the test takes each
/// connection, reads what the gateway sent and plays any answer, so that every pause and every
/// fault happens when the test says.
class BackendImposter {
 public:
  /// Its certificate is a good one for localhost until use_certificate() changes it.
  explicit BackendImposter(const simulator::CertificateAuthority& authority);
  BackendImposter(const BackendImposter&) = delete;
  BackendImposter& operator=(const BackendImposter&) = delete;
  ~BackendImposter();

  /// For connections to come.
  void use_certificate(const simulator::IssuedCertificate& certificate);
  /// For what else may be wrong with its TLS.
  SSL_CTX* context() { return context_.get(); }

  std::string endpoint() const { return "https://localhost:" + std::to_string(port_); }
  std::string authority() const { return "localhost:" + std::to_string(port_); }
  std::uint16_t port() const { return port_; }

  /// The gateway's next connection, its handshake not begun; throws when none comes.
  RawConnection& accept_without_handshake();
  /// The same with the handshake done; it may have failed, see handshake_error().
  RawConnection& accept();
  /// The next request on whichever connection it comes, a kept one or a new one; throws when none
  /// comes.
  Arrival receive();

  /// No connection is waiting and none that is open has brought a byte.
  bool is_quiet();
  /// Connections taken so far.
  std::size_t accepted() const { return accepted_; }
  /// Ends all connections, as a backend does that restarts.
  void drop_connections() { connections_.clear(); }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  /// The first open connection that has bytes; null: a new one is waiting, or nothing came in time.
  RawConnection* find_readable(std::chrono::milliseconds patience);
  bool connection_waits(std::chrono::milliseconds patience) const;

  std::unique_ptr<SSL_CTX, FreeContext> context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::size_t accepted_ = 0;
  std::list<RawConnection> connections_;
};

}  // namespace tollgate::integration
