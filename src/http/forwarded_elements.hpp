// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include <boost/asio/ip/address.hpp>

namespace tollgate::http {

/// Takes the last element off a list, right to left: what a client wrote in front can break only
/// itself. Commas within quotes do not separate when `quotes` is set, as in Forwarded.
std::string_view take_last_element(std::string_view& list, bool quotes);

/// An element of X-Forwarded-For: an address, or one with a port as Application Gateway writes it,
/// IPv6 then in brackets. Nullopt: no address.
std::optional<boost::asio::ip::address> node_address(std::string_view node);

/// The address that an element of Forwarded (RFC 7239) has in `for`. Nullopt: there is none
/// (`unknown`, a name such as `_hidden`), or the element is not well formed.
std::optional<boost::asio::ip::address> forwarded_address(std::string_view element);

}  // namespace tollgate::http
