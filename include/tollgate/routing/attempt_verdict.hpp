// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/routing/rest_news.hpp"
#include "tollgate/routing/target_health.hpp"

namespace tollgate::routing {

/// How one attempt at one target ended, before any byte of an answer went to the client.
struct AttemptEnd {
  int status = 0;  ///< the answer's, or what its stream's first events mean; 0: no answer
  Errc error = Errc::internal;  ///< without an answer: why
  /// Any byte of the request was handed to the connection: from then on Azure may have processed
  /// and billed it.
  bool request_sent = false;
  std::optional<milliseconds> retry_after;  ///< of the answer: retry_after()
  /// False: the caller's own token goes on, and its refusal is the caller's.
  bool own_credential = true;
  bool worked = false;  ///< the answer reports usage: it is billed, whatever its status says
  bool wanted = true;   ///< false: the client has gone, and nothing more is tried for it
};

/// What may be repeated after it was sent.
struct RepeatRules {
  bool on_timeout = false;  ///< models[].retry.on_timeout
  bool repeatable = false;  ///< is_repeatable() of the request's method
};

/// Whether a request can be made twice without being billed twice. Every inference POST is
/// billable.
bool is_repeatable(std::string_view method);

enum class Verdict {
  served,             ///< the answer in hand goes to the client as it is
  retry_next_target,  ///< nobody has seen anything: another target may do better
  give_up,            ///< no answer, and none may be sought: the gateway answers 502 or 504 itself
};

/// What an attempt's end means for the request, for the target, and for whoever is on call.
struct Judgement {
  Verdict verdict = Verdict::served;
  Signal signal = Signal::none;
  bool credential_refused = false;   ///< the gateway's own: an alarm, since no retry repairs it
  std::optional<TargetNews> news{};  ///< Failover's: what the report made known, to be logged
};

/// The rule of failover (docs/routing.md):
/// - 408, 429, 500, 502, 503 and 504 go to the next target. Azure bills no 429; what it bills of
/// the others
///   (its documentation names 408) is not silent: each attempt stands in the record with its
/// status.
/// - 401 and 403 against the gateway's own credential: one backend's roles or firewall are wrong,
/// the next
///   one's may be right. Counts as a failure, so that the breaker spares it the traffic; and raises
/// an alarm.
/// - Every other answer is the client's own business (400, 404, content filter) and passes as it
/// is.
/// - None of these is taken elsewhere when the answer reports usage: what is billed once is not
/// done again, and
///   its counts go into the record with the answer that brought them.
/// - No answer and nothing sent (no connection, no token): the next target; nothing can have been
/// billed. The
///   gateway's own limit on connections (too_large) and a caller without a token of its own to pass
/// on
///   (not_found) say nothing of the target.
/// - No answer after sending (reset, torn answer, deadline): another target only if `rules` allow
/// it. The
///   first one may have done and billed the work, and no answer says so.
Judgement judge(const AttemptEnd& end, const RepeatRules& rules);

}  // namespace tollgate::routing
