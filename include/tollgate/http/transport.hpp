// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::http {

/// Header fields in wire order. Names compare without case.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// The first value of the field, or empty.
std::string_view find_field(const Fields& fields, std::string_view name);

/// A request of the gateway's own (token endpoint, JWKS, ingestion): whole in memory.
struct ClientRequest {
  std::string method = "GET";
  std::string url;  ///< absolute http:// or https://
  Fields fields;    ///< Host, Content-Length and Connection are added by the transport
  std::string body;
  milliseconds timeout{10'000};              ///< for the whole exchange
  std::size_t response_limit = 1024 * 1024;  ///< head and body; more is Errc::too_large
};

struct ClientResponse {
  int status = 0;
  Fields fields;
  std::string body;
};

/// Seam: sends one request and reads one answer. Redirects are never followed.
/// Errors: unavailable (resolve, connect), tls, timeout, closed, protocol, too_large. An answer of
/// any status is a value. The request must outlive the awaited call.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual boost::asio::awaitable<Result<ClientResponse>> send(ClientRequest request) = 0;
};

}  // namespace tollgate::http
