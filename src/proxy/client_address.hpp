// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "tollgate/base/network.hpp"
#include "tollgate/http/field.hpp"

namespace tollgate::proxy {

/// The caller's address for the record, never for a decision: the TCP peer, or, when that is a trusted
/// proxy, the right-most X-Forwarded-For element that is not one (faults.md P2). A malformed element ends the
/// walk at the last address that was believed.
std::string client_address(const boost::asio::ip::address& peer,
                           const std::vector<http::Field>& fields,
                           const std::vector<Network>& trusted_proxies);

}  // namespace tollgate::proxy
