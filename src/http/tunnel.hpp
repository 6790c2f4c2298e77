// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/egress_proxy.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/http/url.hpp"
#include "tollgate/net/byte_stream.hpp"

namespace tollgate::http {

/// Asks the proxy at the other end of the stream for a tunnel to the URL's host (RFC 9110 9.3.6):
/// afterwards the stream is one to that host. Within the stream's deadline. Errors: unavailable
/// (the proxy refuses, its status is named), protocol (what it says is no answer, or goes on behind
/// it), and the stream's.
boost::asio::awaitable<Result<void>> open_tunnel(net::ByteStream& stream, const Url& url,
                                                 const EgressProxy& proxy);

}  // namespace tollgate::http
