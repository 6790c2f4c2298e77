// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include "tollgate/auth/caller.hpp"
#include "tollgate/base/certificate_identity.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/http/field.hpp"

namespace tollgate::auth {

/// One request header field as received; the views are valid during the call.
using HeaderField = http::Field;

/// What proof may be taken from: the checked request head, the TCP peer and its certificate,
/// nothing else. Trailers and forwarded-for headers are never in here.
struct RequestProof {
  std::span<const HeaderField> fields;
  boost::asio::ip::address peer;
  /// What the connection's verified client certificate says; null without one. Valid during the
  /// call.
  const CertificateIdentity* certificate = nullptr;
};

/// Seam: turns proof into a Caller. Errors: invalid_input (a key and a token together, keys of two
/// clients, or one header twice: 400), unauthenticated (401, the same words whatever was wrong),
/// forbidden (403: a valid identity without the required role or without a client), unavailable
/// (503: no signing keys could be had yet). The proof's views must stay valid until the call
/// completes.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual boost::asio::awaitable<Result<Caller>> authenticate(RequestProof proof, UtcTime now) = 0;
};

}  // namespace tollgate::auth
