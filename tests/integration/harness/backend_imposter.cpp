// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "backend_imposter.hpp"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <vector>

namespace tollgate::integration {
namespace {

constexpr unsigned char kAlpn[] = "\x08http/1.1";

int take_http11(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int result =
      SSL_select_next_proto(&chosen, size, kAlpn, sizeof(kAlpn) - 1, offered, offered_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Loads the leaf, its chain and its key from memory; weak ones too, which the gateway must refuse.
void load(SSL_CTX* context, const simulator::IssuedCertificate& certificate) {
  BIO* chain = BIO_new_mem_buf(certificate.issuers_pem.data(),
                               static_cast<int>(certificate.issuers_pem.size()));
  BIO* leaf = BIO_new_mem_buf(certificate.certificate_pem.data(),
                              static_cast<int>(certificate.certificate_pem.size()));
  BIO* key =
      BIO_new_mem_buf(certificate.key_pem.data(), static_cast<int>(certificate.key_pem.size()));
  X509* x = PEM_read_bio_X509(leaf, nullptr, nullptr, nullptr);
  EVP_PKEY* private_key = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context, x);
  SSL_CTX_use_PrivateKey(context, private_key);
  while (X509* issuer = PEM_read_bio_X509(chain, nullptr, nullptr, nullptr)) {
    SSL_CTX_add0_chain_cert(context, issuer);
  }
  X509_free(x);
  EVP_PKEY_free(private_key);
  BIO_free(leaf);
  BIO_free(key);
  BIO_free(chain);
}

}  // namespace

BackendImposter::BackendImposter(const simulator::CertificateAuthority& authority) {
  use_certificate(authority.issue({}));
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the imposter cannot listen");
  }
  port_ = ntohs(address.sin_port);
}

BackendImposter::~BackendImposter() { ::close(listener_); }

void BackendImposter::use_certificate(const simulator::IssuedCertificate& certificate) {
  context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_alpn_select_cb(context_.get(), take_http11, nullptr);
  // What a peer leaves unread must be seen, so nothing is read before it is asked for.
  SSL_CTX_set_read_ahead(context_.get(), 0);
  load(context_.get(), certificate);
}

bool BackendImposter::connection_waits(std::chrono::milliseconds patience) const {
  pollfd entry{listener_, POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(patience.count())) > 0;
}

RawConnection& BackendImposter::accept_without_handshake() {
  if (!connection_waits(kPatience)) throw std::runtime_error("the gateway did not connect");
  connections_.emplace_back(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
  ++accepted_;
  return connections_.back();
}

RawConnection& BackendImposter::accept() {
  RawConnection& connection = accept_without_handshake();
  SSL* ssl = SSL_new(context_.get());
  SSL_set_accept_state(ssl);
  connection.handshake(ssl);
  return connection;
}

RawConnection* BackendImposter::find_readable(std::chrono::milliseconds patience) {
  std::erase_if(connections_, [](const RawConnection& connection) {
    return connection.descriptor() < 0;  // the test has closed it
  });
  std::vector<pollfd> entries{{listener_, POLLIN, 0}};
  for (RawConnection& connection : connections_) {
    if (connection.readable(std::chrono::milliseconds(0))) return &connection;
    entries.push_back({connection.descriptor(), POLLIN, 0});
  }
  ::poll(entries.data(), entries.size(), static_cast<int>(patience.count()));
  for (RawConnection& connection : connections_) {
    if (connection.readable(std::chrono::milliseconds(0))) return &connection;
  }
  return nullptr;
}

Arrival BackendImposter::receive() {
  for (;;) {
    RawConnection* connection = find_readable(kPatience);
    if (connection == nullptr) connection = &accept();
    if (!connection->handshake_error().empty()) {
      throw std::runtime_error("the gateway's handshake failed: " + connection->handshake_error());
    }
    Message request = connection->read_request();
    if (!request.wire.empty()) return {*connection, std::move(request)};
    connection->cut();  // the gateway has closed a kept connection
  }
}

bool BackendImposter::is_quiet() {
  if (connection_waits(std::chrono::milliseconds(0))) return false;
  for (RawConnection& connection : connections_) {
    if (connection.descriptor() < 0 || !connection.readable(std::chrono::milliseconds(0))) continue;
    if (!connection.read_available().empty()) return false;
  }
  return true;
}

}  // namespace tollgate::integration
