// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "tollgate/base/proxy_trust.hpp"
#include "tollgate/http/field.hpp"

namespace tollgate::http {

/// The caller's address for the record, whole, never for a decision: the TCP peer, or, when that is
/// a trusted proxy, the right-most element of X-Forwarded-For or Forwarded that is not one. An
/// element that names no address ends the walk at the last address that was believed.
std::string client_address(const boost::asio::ip::address& peer, const std::vector<Field>& fields,
                           const ProxyTrust& proxies);

}  // namespace tollgate::http
