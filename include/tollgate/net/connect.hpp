// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::net {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// All addresses of the host (NameService), or the host itself when it is an address. Errors:
/// unavailable, timeout.
boost::asio::awaitable<Result<Endpoints>> resolve(std::string host, std::uint16_t port,
                                                  SteadyTime deadline);

/// The time by which one of so many addresses must have served: an address that swallows packets
/// may use up only its share of what is left, so that the others get theirs.
SteadyTime share_of(SteadyTime deadline, std::size_t addresses_left, SteadyTime now);

/// The socket is non-blocking and without Nagle's delay. Errors: unavailable, timeout.
boost::asio::awaitable<Result<Socket>> connect(boost::asio::ip::tcp::endpoint endpoint,
                                               SteadyTime deadline);

}  // namespace tollgate::net
