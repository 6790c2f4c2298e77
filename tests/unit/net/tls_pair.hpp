// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "certificate_authority.hpp"
#include "stream_pair.hpp"
#include "tollgate/net/tls.hpp"

namespace tollgate::net {

/// Text in a file, for functions that read files; removed with this object.
class TextFile {
 public:
  explicit TextFile(const std::string& text) {
    const int file = ::mkstemp(path_.data());
    std::ofstream(path_, std::ios::binary) << text;
    ::close(file);
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  ~TextFile() { std::remove(path_.c_str()); }

  const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "tollgate-net-XXXXXX";
};

inline ServerTls make_server_tls(const simulator::IssuedCertificate& certificate) {
  const TextFile chain(certificate.chain_pem());
  const TextFile key(certificate.key_pem);
  return ServerTls::make(chain.path(), key.path()).value();
}

inline ClientTls make_client_tls(const simulator::CertificateAuthority& authority) {
  ::setenv("SSL_CERT_FILE", "/dev/null",
           1);  // the system's certificates would cost 0.1 s each time
  const TextFile trusted(authority.certificate_pem());
  return ClientTls::make({trusted.path()}).value();
}

/// Both ends of a TLS connection, as far as their handshake came.
struct TlsPair {
  TlsPair(std::pair<Socket, Socket> sockets, DeadlineSweep& sweep)
      : client(std::move(sockets.first), sweep), server(std::move(sockets.second), sweep) {}

  Stream client;
  Stream server;
  Result<void> client_result;
  Result<void> server_result;
};

class TlsStreamPair : public StreamPair {
 protected:
  std::unique_ptr<TlsPair> shake(SslPtr client, SslPtr server) {
    auto pair = std::make_unique<TlsPair>(connected(), sweep_);
    Started<Result<void>> one(context_, pair->client.handshake(std::move(client)));
    Started<Result<void>> other(context_, pair->server.handshake(std::move(server)));
    pair->client_result = one.get();
    if (!pair->client_result) pair->client.reset();
    pair->server_result = other.get();
    return pair;
  }

  simulator::CertificateAuthority authority_;
  ClientTls client_tls_ = make_client_tls(authority_);
  ServerTls server_tls_ = make_server_tls(authority_.issue({}));
};

}  // namespace tollgate::net
