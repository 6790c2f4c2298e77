// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/proxy/body_memory.hpp"
#include "tollgate/proxy/client_connection.hpp"

namespace tollgate::proxy {

/// How a body may come.
struct BodyRules {
  bool expect_continue = false;
  std::size_t limit = 0;
  milliseconds idle_timeout{0};
};

/// Reads the whole body, its framing taken off, and leaves bytes of a next request in
/// client.received. Holds its size in `memory`, before it is read. Says "100 Continue" first when
/// the client waits for it. Errors: too_large (known from the head or on the way), timeout (idle
/// too long, or too slow on the whole), invalid_input (broken framing), throttled and unavailable
/// (no memory, see BodyMemory::take), closed or protocol (the client went).
boost::asio::awaitable<Result<std::string>> read_request_body(const ClientConnection& client,
                                                              http::BodyFraming framing,
                                                              BodyRules rules, BodyHold& memory);

}  // namespace tollgate::proxy
