// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ending.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "estimate.hpp"
#include "record_builder.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/followup/follow.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

/// Counting this much takes a few milliseconds; more would hold up the worker's other exchanges.
constexpr std::size_t kCountedHere = 64 * 1024;

std::int64_t ms_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration_cast<milliseconds>(to - from).count();
}

double fractional_ms(SteadyTime::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

void note_times(usage::UsageRecord& record, const upstream::Answer& answer, const Relay& relay,
                const Arrival& arrival) {
  const SteadyTime first_byte = relay.first_byte_at().value_or(std::chrono::steady_clock::now());
  if (!relay.client_is_gone()) {
    record.time_to_first_byte_ms = ms_between(arrival.started, first_byte);
  }
  // What the client waited for the gateway itself: all but the backends' time to their heads.
  record.gateway_overhead_ms = fractional_ms((first_byte - arrival.started) - answer.waited);
  record.response_bytes = relay.response_bytes();
}

/// A client that stayed for every byte has not aborted, however it ended its connection.
bool left_early(const Relay& relay) {
  return relay.end() == RelayEnd::complete ? relay.client_missed_some() : relay.client_is_gone();
}

/// What the client gets after this much of an answer; nullopt: the last piece.
std::optional<Refusal> instead_of_the_rest(const Relay& relay) {
  if (relay.client_is_gone()) return no_answer();
  switch (relay.end()) {
    case RelayEnd::complete:
      return std::nullopt;
    case RelayEnd::cancelled:
      return no_answer();
    case RelayEnd::upstream_broken:
    case RelayEnd::upstream_timeout:
      break;
  }
  if (relay.head_sent()) return no_answer();
  const bool late = relay.end() == RelayEnd::upstream_timeout;
  Refusal refusal = refusal_for_upstream({late ? Errc::timeout : Errc::protocol, {}});
  refusal.extra_fields.append(
      "x-should-retry: false\r\n");  // the work was begun, and may be billed
  return refusal;
}

int status_for(const Relay& relay, const std::optional<Refusal>& instead, int backend_status) {
  if (relay.head_sent() || !instead) return backend_status;
  return instead->status;
}

/// What the client was shown of its own work, which our question may come too late for.
std::optional<followup::ShownAnswer> shown_answer(const usage::UsageRecord& record,
                                                  const upstream::OutboundRequest& request,
                                                  const usage::UsageOutcome& outcome,
                                                  const upstream::Answer& answer) {
  std::string path = followup::shown_work(*request.target, outcome);
  if (path.empty()) return std::nullopt;
  return followup::ShownAnswer{.client = record.client_name,
                               .backend = record.backend,
                               .path = std::move(path),
                               .outcome = outcome,
                               .served_model = std::string(answer.head.find("x-ms-served-model"))};
}

Ending note_relayed(usage::UsageRecord& record, const upstream::OutboundRequest& request,
                    const upstream::Answer& answer, Relay& relay, const Arrival& arrival) {
  const operations::Operation& operation = *request.target->operation;
  const int status = answer.head.status;
  Ending ending{.instead = instead_of_the_rest(relay)};
  usage::UsageOutcome outcome = relay.finish_metering();
  record.outcome = outcome_of(relay.end(), left_early(relay), status, outcome.in_stream_error);
  record.status_code = status_for(relay, ending.instead, status);
  record.follow_path.clear();  // what was written down early, for a crash
  if (status >= 200 && status < 300) {
    // A response that is stored goes on, or is cut off there: its own object tells what it took in
    // the end.
    const bool may_go_on = request.in_background() || relay.end() != RelayEnd::complete;
    record.follow_path = followup::follow_path(*request.target, outcome, may_go_on);
    record.stored_objects = followup::stored_objects(*request.target, outcome);
    ending.shown = shown_answer(record, request, outcome, answer);
  }
  ending.generated_tokens = outcome.generated_tokens;
  // Background work whose answer ends with an error has failed, and is not billed: nothing goes on.
  const bool failed_whole =
      request.in_background() && outcome.in_stream_error && relay.end() == RelayEnd::complete;
  note_usage(record, std::move(outcome), status, answer.head.find("x-ms-served-model"),
             operation.metering);
  if (!record.follow_path.empty()) record.usage_reason = usage::reason::kAwaitingBackend;
  // What goes on is counted all the same, in case its object cannot be had any more: deleted while
  // it runs, it never tells. What it will have generated is not known, which is not none.
  ending.to_be_counted = !failed_whole && can_estimate(record, *operation.api, status);
  const bool nothing_yet = ending.generated_tokens.value_or(0) == 0;
  if (request.in_background() && nothing_yet) ending.generated_tokens.reset();
  note_times(record, answer, relay, arrival);
  return ending;
}

/// The least of what the attempts' answers asked for.
std::optional<milliseconds> shortest_wait(const std::vector<usage::Attempt>& attempts) {
  std::optional<milliseconds> out;
  for (const usage::Attempt& attempt : attempts) {
    if (!attempt.retry_after_ms) continue;
    const milliseconds wait(*attempt.retry_after_ms);
    out = out ? std::min(*out, wait) : wait;
  }
  return out;
}

Ending note_unanswered(usage::UsageRecord& record, const upstream::OutboundRequest& request,
                       const Error& error, const Cancellation& cancellation) {
  const bool left = cancellation.client_has_left();
  record.outcome = left ? usage::Outcome::client_aborted : outcome_of(error);
  const bool told = !left && record.outcome != usage::Outcome::interrupted;
  Ending ending{.instead = told ? refusal_for_upstream(error, shortest_wait(record.attempts))
                                : no_answer()};
  record.status_code = ending.instead->status;
  record.error_code = to_string(error.code);
  record.usage_reason = reason_without_answer(record.attempts);
  // The client's own retries would multiply the gateway's, or be billed beside the work that may go
  // on.
  const bool may_be_billed = record.usage_reason == usage::reason::kNoAnswer;
  if (record.attempts.size() > 1 || may_be_billed) {
    ending.instead->extra_fields.append("x-should-retry: false\r\n");
  }
  ending.to_be_counted = may_be_billed && can_estimate(record, *request.target->operation->api, 0);
  telemetry::log::warn("upstream.failed", {{"record_id", record.record_id.to_string()},
                                           {"backend", record.backend},
                                           {"error", to_string(error.code)},
                                           {"detail", error.message}});
  return ending;
}

}  // namespace

Ending note_outcome(usage::UsageRecord& record, const upstream::OutboundRequest& request,
                    const Result<upstream::Answer>& answer, std::optional<Relay>& relay,
                    const Arrival& arrival, const Cancellation& cancellation) {
  if (relay) return note_relayed(record, request, *answer, *relay, arrival);
  return note_unanswered(record, request, answer.error(), cancellation);
}

namespace {

asio::awaitable<void> count(usage::UsageRecord& record, const Ending& ending,
                            const operations::Api& api, std::string body,
                            asio::any_io_executor background, Cancellation& cancellation) {
  if (body.size() <= kCountedHere) {
    estimate_usage(record, api, body, ending.generated_tokens);
    co_return;
  }
  std::function<Result<usage::UsageRecord>()> work =
      [counted = record, &api, body = std::move(body),
       generated = ending.generated_tokens]() mutable -> Result<usage::UsageRecord> {
    estimate_usage(counted, api, body, generated);
    return std::move(counted);
  };
  Result<usage::UsageRecord> counted =
      co_await run_elsewhere<usage::UsageRecord>(background, std::move(work), cancellation);
  if (counted) record = std::move(*counted);
}

}  // namespace

asio::awaitable<void> count_ourselves(usage::UsageRecord& record, const Ending& ending,
                                      const operations::Api& api, std::string body,
                                      asio::any_io_executor background,
                                      Cancellation& cancellation) {
  try {
    co_await count(record, ending, api, std::move(body), std::move(background), cancellation);
  } catch (const std::exception& exception) {
    // What is known already of a settled operation must not be lost for what only was a guess.
    telemetry::log::error("estimate.failed", {{"record_id", record.record_id.to_string()},
                                              {"detail", exception.what()}});
  }
}

}  // namespace tollgate::proxy
