// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include <boost/asio/ip/address.hpp>

namespace tollgate {

/// An IPv4 or IPv6 network in CIDR form.
class Network {
 public:
  /// "10.0.0.0/8", "2001:db8::/32", or a single address; nullopt for anything else, and for a
  /// network whose host bits are set, which would hide a typing error.
  static std::optional<Network> parse(std::string_view text);

  /// IPv4-mapped IPv6 addresses count as IPv4.
  bool contains(const boost::asio::ip::address& address) const;

 private:
  boost::asio::ip::address network_;
  unsigned prefix_ = 0;
};

}  // namespace tollgate
