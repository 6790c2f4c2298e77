// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/proxy/client_connection.hpp"

namespace tollgate::proxy {

/// Reads the whole body, its framing taken off, and leaves bytes of a next request in client.received.
/// Says "100 Continue" first when the client waits for it. Errors: too_large (known from the head or on the
/// way), timeout (idle too long, or too slow on the whole), invalid_input (broken framing), closed or
/// protocol (the client went).
boost::asio::awaitable<Result<std::string>> read_request_body(const ClientConnection& client,
                                                              http::BodyFraming framing,
                                                              bool expect_continue,
                                                              std::size_t limit,
                                                              milliseconds idle_timeout);

}  // namespace tollgate::proxy
