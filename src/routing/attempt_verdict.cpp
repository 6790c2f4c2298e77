// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/attempt_verdict.hpp"

namespace tollgate::routing {
namespace {

Judgement judge_status(const AttemptEnd& end) {
  switch (end.status) {
    case 429:
      return {Verdict::retry_next_target, Signal::throttled};
    case 408:
    case 500:
    case 502:
    case 503:
    case 504:
      return {Verdict::retry_next_target, Signal::failed_request};
    case 401:
      if (!end.own_credential) return {Verdict::served, Signal::success};
      return {Verdict::retry_next_target, Signal::failure, true};
    case 403:
      // The role may lack what this request asks for and have what others ask for.
      if (!end.own_credential) return {Verdict::served, Signal::success};
      return {Verdict::retry_next_target, Signal::failed_request, true};
    default:
      // 501, 505 and the like: no retry helps, and they say little about the target's health.
      return {Verdict::served, end.status < 500 ? Signal::success : Signal::none};
  }
}

Judgement judge_answer(const AttemptEnd& end) {
  Judgement out = judge_status(end);
  if (end.worked) out.verdict = Verdict::served;
  return out;
}

bool may_repeat(const AttemptEnd& end, const RepeatRules& rules) {
  return !end.request_sent || rules.repeatable || (end.error == Errc::timeout && rules.on_timeout);
}

Judgement judge_failure(const AttemptEnd& end, const RepeatRules& rules) {
  if (end.error == Errc::cancelled) return {Verdict::give_up, Signal::none};
  const bool says_nothing =
      !end.request_sent &&
      (end.error == Errc::too_large || (end.error == Errc::not_found && !end.own_credential));
  if (says_nothing) return {Verdict::retry_next_target, Signal::none};
  const bool no_token =
      !end.request_sent && (end.error == Errc::unauthenticated || end.error == Errc::forbidden);
  const Verdict verdict = may_repeat(end, rules) ? Verdict::retry_next_target : Verdict::give_up;
  // A request that was sent may have been what the backend choked on.
  return {verdict, end.request_sent ? Signal::failed_request : Signal::failure, no_token};
}

}  // namespace

bool is_repeatable(std::string_view method) { return method == "GET" || method == "HEAD"; }

Judgement judge(const AttemptEnd& end, const RepeatRules& rules) {
  return end.status != 0 ? judge_answer(end) : judge_failure(end, rules);
}

}  // namespace tollgate::routing
