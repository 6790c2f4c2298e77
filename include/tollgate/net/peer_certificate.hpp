// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "tollgate/base/certificate_identity.hpp"

namespace tollgate::net {

/// Who the peer of a finished handshake proved to be; null without TLS, without a certificate, or
/// when the certificate was not verified. Names with bytes that no configuration could list are
/// left out.
std::unique_ptr<const CertificateIdentity> verified_peer(const SSL* ssl);

}  // namespace tollgate::net
