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

/// All addresses of the host, or the host itself when it is an address. The system's resolver cannot be
/// interrupted: past the deadline its answer is dropped. Errors: unavailable, timeout.
boost::asio::awaitable<Result<Endpoints>> resolve(std::string host, std::uint16_t port,
                                                  SteadyTime deadline);

/// Connects to the first address that answers, in order, all within the deadline; the socket is
/// non-blocking and without Nagle's delay. Errors: unavailable, timeout.
boost::asio::awaitable<Result<Socket>> connect(Endpoints endpoints, SteadyTime deadline);

}  // namespace tollgate::net
