// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/upstream.hpp"

#include <utility>
#include <variant>

#include "answer_reading.hpp"
#include "options_refusal.hpp"
#include "outbound_attempt.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/http/retry_after.hpp"
#include "tollgate/usage/body_shape.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

namespace {

/// How long a refusal's body may take before its target is left without it: it comes with its head.
constexpr milliseconds kRefusalPatience{1'000};
constexpr std::size_t kMostOfACode = 64;

SteadyTime clock_now() { return std::chrono::steady_clock::now(); }

/// What a refusal says of the option that the gateway added.
enum class OptionsWord { nothing, maybe, refused };

/// Reads the refusal: any other answer than one that may be about the option stays whole for the
/// client, as does one that is billed.
asio::awaitable<OptionsWord> read_options_word(Answer& answer) {
  if (!may_refuse_options(answer.head.status, {})) co_return OptionsWord::nothing;
  const std::optional<std::string> body =
      co_await read_small_body(answer, clock_now() + answer.candidate.timeouts.idle);
  if (!body || !may_refuse_options(answer.head.status, *body)) co_return OptionsWord::nothing;
  if (reports_usage(answer, *body)) co_return OptionsWord::nothing;
  co_return names_options(*body) ? OptionsWord::refused : OptionsWord::maybe;
}

bool own_credential(const routing::Candidate& candidate) {
  return !std::holds_alternative<config::PassThroughCredential>(candidate.backend->credential);
}

usage::Attempt begun_at(const routing::Candidate& candidate) {
  return {.backend = candidate.backend->name,
          .deployment = std::string(candidate.deployment),
          .region = candidate.backend->region,
          .tier = candidate.backend->tier};
}

/// What an answer says of the attempt; a stream that failed at once counts as the status it stands
/// for.
void note_answer(const Answer& answer, routing::AttemptEnd& end) {
  end.status = answer.failed_in_stream != 0 ? answer.failed_in_stream : answer.head.status;
  if (end.status < 400) return;
  end.retry_after = http::retry_after(answer.head.fields, std::chrono::system_clock::now());
}

std::int64_t in_ms(SteadyTime::duration time) {
  return std::chrono::duration_cast<milliseconds>(time).count();
}

/// A try into a stale connection is one of its own: the backend may have begun its work before it
/// closed.
void list_stale_try(const OutboundAttempt::StaleTry& stale, std::vector<usage::Attempt>& attempts) {
  usage::Attempt first = attempts.back();
  first.error = to_string(stale.error);
  first.duration_ms = in_ms(stale.took);
  first.sent = true;
  attempts.insert(attempts.end() - 1, std::move(first));
}

bool goes_elsewhere(const routing::AttemptEnd& end) {
  return judge(end, {}).verdict == routing::Verdict::retry_next_target;
}

}  // namespace

/// What came of a try.
struct Upstream::Tried {
  Result<Answer> answer;
  routing::AttemptEnd end;
  SteadyTime::duration waited;
};

bool Answer::may_be_stream() const {
  using usage::BodyShape;
  const BodyShape shape = usage::body_shape(head.find("content-type"));
  if (shape == BodyShape::json) return asked_as_stream || head.body.kind != http::Framing::length;
  return shape == BodyShape::server_sent_events || shape == BodyShape::unsure;
}

Upstream::Upstream(std::vector<BackendLink> links, FieldFilter filter)
    : links_(std::move(links)), filter_(std::move(filter)) {}

asio::awaitable<Result<Answer>> Upstream::send(OutboundRequest request, routing::Failover& failover,
                                               routing::Lease& lease, AttemptLog& log,
                                               Cancellation& cancellation) {
  SteadyTime::duration waited{};
  for (;;) {
    const routing::Candidate candidate = lease.candidate();
    Tried tried = co_await try_target(request, failover, candidate, log, cancellation);
    waited += tried.waited;
    tried.end.wanted = cancellation.wanted();
    const routing::Judgement judgement = failover.after(lease, tried.end, clock_now());
    if (judgement.credential_refused) log.credential_refused(candidate);
    if (judgement.news) log.target_changed(candidate, *judgement.news);
    if (judgement.verdict == routing::Verdict::give_up) co_return tried.answer.error();
    if (judgement.verdict == routing::Verdict::served) {
      const bool failed =
          judgement.signal != routing::Signal::success && judgement.signal != routing::Signal::none;
      tried.answer->given_up = failed && failover.attempts() > 1;
      tried.answer->waited = waited;
      co_return std::move(tried.answer);
    }
    if (tried.answer && tried.answer->whole && tried.answer->head.keep_alive) {
      tried.answer->connection.keep();
    }
    log.moving_on(lease.candidate());
  }
}

asio::awaitable<Upstream::Tried> Upstream::try_target(const OutboundRequest& request,
                                                      const routing::Failover& failover,
                                                      routing::Candidate candidate, AttemptLog& log,
                                                      Cancellation& cancellation) {
  const std::string_view version = request.target->api_version;
  const bool inject = request.inject_include_usage && !refused_.contains(candidate, version);
  Tried tried = co_await try_once(request, failover, candidate, log, cancellation, inject);
  if (!inject || !tried.answer) co_return tried;
  const OptionsWord word = co_await read_options_word(*tried.answer);
  if (word == OptionsWord::nothing) co_return tried;
  if (tried.answer->head.keep_alive && tried.answer->whole) tried.answer->connection.keep();
  const SteadyTime::duration before = tried.waited;
  tried = co_await try_once(request, failover, candidate, log, cancellation, false);
  // Where nobody said what was wrong, it was the option only if the request is good without it.
  const bool served = tried.answer && tried.answer->head.status < 400;
  if (word == OptionsWord::refused || served) refused_.note(candidate, version);
  tried.waited += before;
  co_return tried;
}

asio::awaitable<Upstream::Tried> Upstream::try_once(const OutboundRequest& request,
                                                    const routing::Failover& failover,
                                                    routing::Candidate candidate, AttemptLog& log,
                                                    Cancellation& cancellation,
                                                    bool inject_include_usage) {
  const SteadyTime started = clock_now();
  log.attempts().push_back(begun_at(candidate));
  OutboundAttempt attempt(request, candidate,
                          {links_[candidate.backend_index], filter_, cancellation,
                           failover.deadline(), inject_include_usage});
  Result<Answer> answer = co_await attempt.run();
  routing::AttemptEnd end{.request_sent = attempt.sent(),
                          .own_credential = own_credential(candidate)};
  if (attempt.stale()) list_stale_try(*attempt.stale(), log.attempts());
  usage::Attempt& noted = log.attempts().back();
  const SteadyTime::duration lost =
      attempt.stale() ? attempt.stale()->took : SteadyTime::duration();
  noted.duration_ms = in_ms(clock_now() - started - lost);
  noted.sent = attempt.sent();
  if (!answer) {
    end.error = answer.error().code;
    noted.error = to_string(end.error);
    co_return Tried{std::move(answer), end, attempt.waited()};
  }
  note_answer(*answer, end);
  noted.status = end.status;
  noted.error = whole_word(answer->in_stream_code, kMostOfACode, kTooLong);
  if (end.retry_after) noted.retry_after_ms = end.retry_after->count();
  if (goes_elsewhere(end) && !failover.exhausted()) {
    const std::optional<std::string> body =
        co_await read_small_body(*answer, clock_now() + kRefusalPatience);
    end.worked = body && reports_usage(*answer, *body);
  }
  co_return Tried{std::move(answer), end, attempt.waited()};
}

void Upstream::close_idle(SteadyTime now) {
  for (BackendLink& link : links_) link.pool->close_idle(now);
}

}  // namespace tollgate::upstream
