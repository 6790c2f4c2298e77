// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "pem_file.hpp"

namespace tollgate::net {
namespace {

constexpr unsigned char kAlpn[] = "\x08http/1.1";
constexpr unsigned kAlpnLength = sizeof(kAlpn) - 1;
constexpr int kSecurityLevel = 2;

/// What both directions share. Buffers are released between records: an idle connection then holds
/// no 16 KiB buffers of the library.
void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_security_level(context, kSecurityLevel);
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

/// Only these authorities count for clients, never the system's. A resumed session keeps its
/// certificate; the context's own name keeps it from being resumed anywhere else.
bool ask_for_certificates(SSL_CTX* context, const std::string& ca_file) {
  constexpr unsigned char kName[] = "tollgate";
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(ca_file.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(context, ca_file.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return false;
  }
  SSL_CTX_set_client_CA_list(context, names);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return SSL_CTX_set_session_id_context(context, kName, sizeof(kName) - 1) == 1;
}

/// What OpenSSL refused of a file in which pem_file.hpp finds nothing wrong, such as a key that is
/// too short.
Error refused_file(const char* what, const std::string& path) {
  return Error{Errc::invalid_input,
               std::string(what) + " " + path + " is refused by OpenSSL: " + take_ssl_error()};
}

Error unusable(const char* what, const std::string& path, const std::string& fault) {
  ERR_clear_error();
  return Error{Errc::invalid_input, std::string(what) + " " + path + " " + fault};
}

/// The certificate and the key that a listener shows, and that they belong together.
Result<void> show_certificate(SSL_CTX* context, const std::string& certificate_file,
                              const std::string& key_file) {
  if (const auto fault = certificate_fault(certificate_file))
    return unusable("certificate", certificate_file, *fault);
  if (const auto fault = private_key_fault(key_file))
    return unusable("private key", key_file, *fault);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
    return refused_file("certificate", certificate_file);
  // OpenSSL compares the two while it takes the key, and says nothing of use when they differ.
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return unusable("private key", key_file,
                    "is not the key of the certificate " + certificate_file);
  }
  return {};
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
    if (const auto fault = certificate_fault(file)) return unusable("certificates", file, *fault);
    if (SSL_CTX_load_verify_file(context.get(), file.c_str()) != 1)
      return refused_file("certificates", file);
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

Result<ServerTls> ServerTls::make(const std::string& certificate_file, const std::string& key_file,
                                  const std::string& client_ca_file) {
  SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) return Error{Errc::internal, take_ssl_error()};
  harden(context.get());
  const Result<void> shown = show_certificate(context.get(), certificate_file, key_file);
  if (!shown) return shown.error();
  if (!client_ca_file.empty()) {
    if (const auto fault = certificate_fault(client_ca_file))
      return unusable("certificates", client_ca_file, *fault);
    if (!ask_for_certificates(context.get(), client_ca_file))
      return refused_file("certificates", client_ca_file);
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

bool ServerTls::trusts_peer_of(SSL* ssl) const {
  X509* const certificate = SSL_get0_peer_certificate(ssl);
  const std::unique_ptr<X509_STORE_CTX, SslFree> check(X509_STORE_CTX_new());
  if (certificate == nullptr || !check) return false;
  X509_STORE* const store = SSL_CTX_get_cert_store(context_.get());
  const bool ready =
      X509_STORE_CTX_init(check.get(), store, certificate, SSL_get_peer_cert_chain(ssl)) == 1 &&
      X509_STORE_CTX_set_default(check.get(), "ssl_client") == 1;
  if (ready) {
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(check.get()), kSecurityLevel);
  }
  const bool trusted = ready && X509_verify_cert(check.get()) == 1;
  ERR_clear_error();
  return trusted;
}

}  // namespace tollgate::net
