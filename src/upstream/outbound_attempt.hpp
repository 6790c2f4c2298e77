// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "rewritten_request.hpp"
#include "stale_rule.hpp"
#include "tollgate/upstream/upstream.hpp"

namespace tollgate::upstream {

/// One attempt at one candidate: the credential, the request in that deployment's words, a
/// connection, the answer's head. What it is given outlives it.
class OutboundAttempt {
 public:
  struct Parts {
    const Upstream::BackendLink& link;
    const FieldFilter& filter;
    Cancellation& cancellation;
    SteadyTime until;  ///< when the head must be there, whatever the backend's own timeouts
    bool inject_include_usage;
  };

  OutboundAttempt(const OutboundRequest& request, const routing::Candidate& candidate, Parts parts)
      : request_(request), candidate_(candidate), parts_(parts) {}

  /// A try into a kept-alive connection that turned out to be closed.
  struct StaleTry {
    Errc error = Errc::closed;
    SteadyTime::duration took{};
  };

  /// Once. A kept-alive connection that had been closed meanwhile is replaced (may_replay).
  boost::asio::awaitable<Result<Answer>> run();

  /// The try before the one that the result is of, if that went into a stale connection.
  const std::optional<StaleTry>& stale() const { return stale_; }
  /// Whether bytes of the request were handed to the last connection.
  bool sent() const { return sent_; }
  SteadyTime::duration waited() const { return waited_; }

 private:
  boost::asio::awaitable<Result<Answer>> send_over(std::string_view head, std::string_view body,
                                                   bool fresh);
  boost::asio::awaitable<Result<void>> exchange(Answer& answer, std::string_view head,
                                                std::string_view body);
  std::string make_head(const RewrittenRequest& rewritten,
                        const credentials::CredentialHeader& credential) const;
  bool may_fail_in_stream(const Answer& answer) const;
  SteadyTime no_later(SteadyTime at) const { return std::min(at, parts_.until); }

  const OutboundRequest& request_;
  const routing::Candidate& candidate_;
  Parts parts_;
  FailedReuse failure_;
  bool sent_ = false;
  std::optional<StaleTry> stale_;
  SteadyTime::duration waited_{};
};

}  // namespace tollgate::upstream
