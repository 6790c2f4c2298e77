// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/peer_certificate.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "certificate_subject.hpp"
#include "certificate_time.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::net {
namespace {

struct Free {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

/// A name with a NUL or another byte outside printable ASCII could be taken for a different one.
std::optional<std::string> plain_text(const ASN1_IA5STRING* name) {
  const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
                              static_cast<std::size_t>(ASN1_STRING_length(name)));
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(),
                                                  [](char c) { return c > ' ' && c < 0x7F; });
  return plain ? std::optional(std::string(text)) : std::nullopt;
}

void read_alternative_names(const X509* certificate, CertificateIdentity& out) {
  const std::unique_ptr<GENERAL_NAMES, Free> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) {
      if (const auto text = plain_text(name->d.dNSName)) out.dns_names.push_back(to_lower(*text));
    } else if (name->type == GEN_URI) {
      if (const auto text = plain_text(name->d.uniformResourceIdentifier))
        out.uris.push_back(*text);
    }
  }
}

}  // namespace

std::unique_ptr<const CertificateIdentity> verified_peer(const SSL* ssl) {
  if (ssl == nullptr || SSL_get_verify_result(ssl) != X509_V_OK) return nullptr;
  const X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return nullptr;
  auto out = std::make_unique<CertificateIdentity>();
  out->subject = subject_of(certificate);
  read_alternative_names(certificate, *out);
  out->expires_at = certificate_time(X509_get0_notAfter(certificate));
  return out;
}

}  // namespace tollgate::net
