// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/upstream/connection_pool.hpp"
#include "tollgate/upstream/refused_options.hpp"
#include "tollgate/upstream/request_writer.hpp"
#include "tollgate/usage/request_scan.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::upstream {

/// The client's request as it will be sent: rewritten for each candidate. Views must outlive send().
struct OutboundRequest {
  const http::RequestHead* client = nullptr;
  const routing::RequestTarget* target = nullptr;
  std::string_view body;
  const usage::RequestScan* scan =
      nullptr;  ///< null: the body was not understood and goes on as it is
  bool inject_include_usage = false;
};

/// One backend's answer, its head read, its body not yet.
struct Answer {
  PooledConnection connection;
  routing::Candidate candidate;
  std::string bytes;  ///< what was received: the head, then the body's first wire bytes
  std::size_t head_length = 0;
  http::ResponseHead head;       ///< its views point into `bytes`
  bool asked_for_usage = false;  ///< include_usage was added to the request
  SteadyTime sent_at;            ///< the request had left
  SteadyTime head_at;            ///< the head was complete
};

/// What can interrupt an exchange from outside while it waits for a backend.
struct Interrupt {
  net::Stream* waiting_on = nullptr;  ///< the backend connection in use, null between them
  bool requested = false;             ///< set: no new attempt is made

  /// Ends the exchange with Errc::cancelled.
  void request();
};

/// One worker's way to the backends: picks a connection, sends, reads the head, retries where that is safe.
class Upstream {
 public:
  /// One entry per backend, in the configuration's order; all must outlive this object.
  struct BackendLink {
    std::unique_ptr<ConnectionPool> pool;
    credentials::Authorizer* authorizer = nullptr;
  };

  Upstream(std::vector<BackendLink> links, FieldFilter filter);

  /// Tries the candidates in order until one answers. Where include_usage may be added and the backend refuses
  /// it (azure-protocol.md 2.2), the request goes again without, and is not asked again; goes on to the next only when no byte of the request
  /// can have been processed (no connection, no token). A kept-alive connection that turns out to be closed
  /// is replaced once. Every try is appended to `attempts`. Errors: those of the last try.
  boost::asio::awaitable<Result<Answer>> send(OutboundRequest request,
                                              std::span<const routing::Candidate> candidates,
                                              std::vector<usage::Attempt>& attempts,
                                              Interrupt& interrupt);

  void close_idle(SteadyTime now);
  const std::vector<BackendLink>& links() const { return links_; }

 private:
  struct Try;

  boost::asio::awaitable<Result<Answer>> send_to(const OutboundRequest& request,
                                                 const routing::Candidate& candidate,
                                                 std::vector<usage::Attempt>& attempts,
                                                 Interrupt& interrupt, bool inject_include_usage,
                                                 bool& may_try_next);
  boost::asio::awaitable<Result<Answer>> exchange(std::string_view head, std::string_view body,
                                                  const routing::Candidate& candidate,
                                                  PooledConnection connection, Interrupt& interrupt,
                                                  bool to_head_request);

  std::vector<BackendLink> links_;
  FieldFilter filter_;
  RefusedOptions refused_;
};

}  // namespace tollgate::upstream
