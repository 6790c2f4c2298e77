// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::net {

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  void operator()(X509_STORE_CTX* check) const { X509_STORE_CTX_free(check); }
};
using SslPtr = std::unique_ptr<SSL, SslFree>;
using SslContextPtr = std::unique_ptr<SSL_CTX, SslFree>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, SslFree>;

/// TLS towards a server: TLS 1.2 and 1.3, certificate and host name always verified (there is no
/// switch to turn that off), ALPN http/1.1. Shared by all workers; OpenSSL makes that safe.
class ClientTls {
 public:
  /// Trusts the system's certificates and those in the PEM files. Error invalid_input: a file
  /// cannot be read or holds no certificate.
  static Result<ClientTls> make(const std::vector<std::string>& ca_files);

  /// A connection that will only accept a certificate for `host` (a DNS name or an IP address).
  /// `session` may be null; otherwise resumption is tried. Null for a host that cannot be checked,
  /// as an empty one.
  SslPtr connection(const std::string& host, SSL_SESSION* session) const;

 private:
  explicit ClientTls(SslContextPtr context) : context_(std::move(context)) {}
  SslContextPtr context_;
};

/// TLS for a listener: TLS 1.2 and 1.3, no renegotiation, no early data.
class ServerTls {
 public:
  /// With `client_ca_file`, a PEM file, clients are asked for a certificate: one without is served
  /// all the same, one whose certificate those authorities did not issue fails its handshake (see
  /// verified_peer). Error invalid_input: unreadable files, or a key that is not the certificate's.
  static Result<ServerTls> make(const std::string& certificate_file, const std::string& key_file,
                                const std::string& client_ca_file = {});

  SslPtr connection() const;
  /// Whether the certificate that the peer of a finished handshake showed would be taken here too,
  /// though the handshake was made with another's authorities.
  bool trusts_peer_of(SSL* ssl) const;

 private:
  explicit ServerTls(SslContextPtr context) : context_(std::move(context)) {}
  SslContextPtr context_;
};

/// The oldest reason in this thread's OpenSSL error queue, which is emptied; "unknown" when there
/// is none.
std::string take_ssl_error();

}  // namespace tollgate::net
