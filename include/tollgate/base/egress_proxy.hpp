// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/secret.hpp"

namespace tollgate {

/// The proxy through which the gateway reaches others: it asks for a tunnel (CONNECT, RFC 9110
/// 9.3.6) and speaks TLS with the server inside it, so that the proxy sees names and bytes, never a
/// request.
struct EgressProxy {
  std::string host;
  std::uint16_t port = 0;
  Secret credential;  ///< "user:password" for Proxy-Authorization: Basic; empty: none
  /// Who is reached without it, as NO_PROXY lists them: a host, a domain with all below it
  /// (".azure.com" and "azure.com" mean the same), an address, a network in CIDR form, each with an
  /// optional ":port"; "*" is everybody.
  std::vector<std::string> except;

  bool operator==(const EgressProxy&) const = default;

  /// Whether a connection to this host and port goes through it. Never one to this host or its
  /// platform: `localhost`, a loopback or a link-local address, where identities are handed out.
  bool covers(std::string_view target_host, std::uint16_t target_port) const;
};

/// Whether an entry of `except` can except anybody: a URL, two in one, or an address that is none
/// would not.
bool is_exception(std::string_view entry);

}  // namespace tollgate
