// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include <boost/asio/ip/address.hpp>

namespace tollgate::net {
namespace {

constexpr unsigned char kAlpn[] = "\x08http/1.1";
constexpr unsigned kAlpnLength = sizeof(kAlpn) - 1;

/// What both directions share. Buffers are released between records: an idle connection then holds no
/// 16 KiB buffers of the library.
void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
}

int select_alpn(SSL*, const unsigned char** out, unsigned char* out_length,
                const unsigned char* offered, unsigned offered_length, void*) {
  unsigned char* chosen = nullptr;
  const int result =
      SSL_select_next_proto(&chosen, out_length, kAlpn, kAlpnLength, offered, offered_length);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool is_address(const std::string& host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

std::string take_ssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown";
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

Result<ClientTls> ClientTls::make(const std::vector<std::string>& ca_files) {
  SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (!context) return Error{Errc::internal, take_ssl_error()};
  harden(context.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(context.get());
  for (const auto& file : ca_files) {
    if (SSL_CTX_load_verify_file(context.get(), file.c_str()) != 1) {
      return Error{Errc::invalid_input,
                   "cannot load certificates from " + file + ": " + take_ssl_error()};
    }
  }
  SSL_CTX_set_alpn_protos(context.get(), kAlpn, kAlpnLength);
  ERR_clear_error();
  return ClientTls(std::move(context));
}

SslPtr ClientTls::connection(const std::string& host, SSL_SESSION* session) const {
  SslPtr ssl(SSL_new(context_.get()));
  if (!ssl) return ssl;
  X509_VERIFY_PARAM* verify = SSL_get0_param(ssl.get());
  X509_VERIFY_PARAM_set_hostflags(
      verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (host.empty()) return nullptr;  // OpenSSL takes an empty name for "any name"
  const bool address = is_address(host);
  const int named = address ? X509_VERIFY_PARAM_set1_ip_asc(verify, host.c_str())
                            : X509_VERIFY_PARAM_set1_host(verify, host.c_str(), host.size());
  if (named != 1)
    return nullptr;  // a connection that could not check its peer's name must not exist
  if (!address) SSL_set_tlsext_host_name(ssl.get(), host.c_str());
  if (session != nullptr) SSL_set_session(ssl.get(), session);
  SSL_set_connect_state(ssl.get());
  return ssl;
}

Result<ServerTls> ServerTls::make(const std::string& certificate_file,
                                  const std::string& key_file) {
  SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) return Error{Errc::internal, take_ssl_error()};
  harden(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1) {
    return Error{Errc::invalid_input,
                 "cannot load the certificate " + certificate_file + ": " + take_ssl_error()};
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return Error{Errc::invalid_input,
                 "cannot use the private key " + key_file + ": " + take_ssl_error()};
  }
  SSL_CTX_set_alpn_select_cb(context.get(), select_alpn, nullptr);
  SSL_CTX_set_max_early_data(context.get(), 0);
  return ServerTls(std::move(context));
}

SslPtr ServerTls::connection() const {
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl) SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace tollgate::net
