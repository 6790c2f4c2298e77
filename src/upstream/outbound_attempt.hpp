// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "tollgate/routing/stale_rule.hpp"
#include "tollgate/upstream/upstream.hpp"

namespace tollgate::upstream {

/// One attempt at one candidate: the credential, the request in that deployment's words, a connection, the answer's
/// head. What it is given outlives it.
class OutboundAttempt {
 public:
  struct Surroundings {
    const Upstream::BackendLink& link;
    const FieldFilter& filter;
    Interrupt& interrupt;
    SteadyTime until;  ///< when the head must be there, whatever the backend's own timeouts
    bool inject_include_usage;
  };

  OutboundAttempt(const OutboundRequest& request, const routing::Candidate& candidate,
                  Surroundings around)
      : request_(request), candidate_(candidate), around_(around) {}

  /// Once. A kept-alive connection that had been closed meanwhile is replaced (routing::may_replay).
  boost::asio::awaitable<Result<Answer>> run();

  /// Whether bytes of the request were handed to any connection.
  bool sent() const { return sent_; }
  /// Whether the backend may have begun the request: not if all that was sent went into a stale connection.
  bool may_have_begun() const { return may_have_begun_; }
  SteadyTime::duration waited() const { return waited_; }
  /// The try that went into a stale connection, if there was one. The backend may have begun its work before it
  /// closed, so it is listed as a try of its own.
  struct StaleTry {
    Errc error;
    SteadyTime::duration duration;
  };
  const std::optional<StaleTry>& stale_try() const { return stale_try_; }

 private:
  boost::asio::awaitable<Result<Answer>> send_over(std::string_view head, std::string_view body,
                                                   bool fresh);
  boost::asio::awaitable<Result<void>> exchange(Answer& answer, std::string_view head,
                                                std::string_view body);
  std::string make_head(std::string_view target, std::size_t body_size,
                        const credentials::CredentialHeader& credential) const;
  bool may_fail_in_stream(const Answer& answer) const;
  SteadyTime no_later(SteadyTime at) const { return std::min(at, around_.until); }

  const OutboundRequest& request_;
  const routing::Candidate& candidate_;
  Surroundings around_;
  routing::FailedReuse failure_;
  bool sent_ = false;
  bool may_have_begun_ = false;
  SteadyTime::duration waited_{};
  std::optional<StaleTry> stale_try_;
};

}  // namespace tollgate::upstream
