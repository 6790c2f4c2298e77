// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "estimate.hpp"
#include "operation_attempts.hpp"
#include "operation_line.hpp"
#include "tollgate/followup/follow.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

std::int64_t ms_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration_cast<milliseconds>(to - from).count();
}

double fractional_ms(SteadyTime::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

telemetry::OperationSample sample_of(const usage::UsageRecord& record) {
  telemetry::OperationSample out;
  out.client = record.client_name;
  out.operation = record.operation_id;
  out.requested_model = record.requested_model;
  out.served_model = record.model;
  out.outcome = to_string(record.outcome);
  out.status = record.status_code;
  out.prompt_tokens = record.tokens.prompt;
  out.completion_tokens = record.tokens.completion;
  out.cached_tokens = record.tokens.cached_prompt;
  out.reasoning_tokens = record.tokens.reasoning;
  out.duration_s = static_cast<double>(record.duration_ms) / 1000;
  if (record.time_to_first_byte_ms) {
    out.first_byte_s = static_cast<double>(*record.time_to_first_byte_ms) / 1000;
  }
  if (record.gateway_overhead_ms) out.overhead_s = *record.gateway_overhead_ms / 1000;
  return out;
}

/// A client that stayed for every byte has not aborted, however it ended its connection.
bool left_early(const Relay& relay, RelayEnd end) {
  return end == RelayEnd::complete ? relay.client_missed_some() : relay.client_is_gone();
}

}  // namespace

Exchange::Exchange(RequestPipeline& pipeline, ClientConnection client,
                   const http::RequestHead& head)
    : pipeline_(pipeline),
      client_(std::move(client)),
      head_(head),
      accepted_at_(std::chrono::system_clock::now()),
      started_(std::chrono::steady_clock::now()) {
  id_ = make_uuid_v7(accepted_at_);
  body_read_ = head.body.kind == http::Framing::none;
  client_.on_abort = [this] { abort(); };
}

Exchange::~Exchange() {
  client_.stream.end_watch();
  client_.on_abort = nullptr;
}

void Exchange::abort() {
  if (relaying_ != nullptr) relaying_->abort();
  interrupt_.request();
  client_.stream.cancel(Errc::cancelled);
}

bool Exchange::keep_alive() const { return head_.keep_alive && !client_.closing; }

asio::awaitable<Afterwards> Exchange::refuse(Refusal refusal) {
  const bool keep = keep_alive() && body_read_ && refusal.status != 408;
  const std::string bytes = render(refusal, id_.to_string(), keep, head_.method == "HEAD");
  client_.stream.deadline(std::chrono::steady_clock::now() +
                          pipeline_.parts_.config.limits.client_write_timeout);
  pipeline_.parts_.metrics.count_refusal(refusal.status);
  const Result<void> written = co_await client_.stream.write(bytes);
  client_.stream.no_deadline();
  if (!written) co_return Afterwards::abort;
  if (keep) co_return Afterwards::keep;
  co_return body_read_ ? Afterwards::close : Afterwards::linger;
}

void Exchange::watch_client(config::OnClientAbort policy) {
  client_.stream.watch_hangup([this, policy] {
    client_gone_ = true;
    interrupt_.client_left = true;
    if (relaying_ != nullptr) {
      relaying_->client_gone();
    } else if (policy == config::OnClientAbort::cancel) {
      interrupt_.request();
    }
  });
}

asio::awaitable<Afterwards> Exchange::forward(OpenIntent intent, upstream::OutboundRequest request,
                                              routing::Failover& failover, routing::Lease lease,
                                              config::OnClientAbort on_client_abort) {
  const OperationLine line(intent.record(), pipeline_.parts_.config.logging.operations);
  watch_client(on_client_abort);
  OperationAttempts attempts(intent, pipeline_.parts_);
  Result<upstream::Answer> answer =
      co_await pipeline_.parts_.upstream.send(request, failover, lease, attempts, interrupt_);
  if (!answer) co_return co_await fail(intent, request, failover, answer.error());
  const RelayOptions options{.strip_usage = answer->asked_for_usage && answer->head.status == 200 &&
                                            answer->head.find("content-encoding").empty(),
                             .keep_alive = keep_alive(),
                             .client_minor_version = head_.minor_version,
                             .upstream_idle = answer->candidate.backend->timeouts.idle,
                             .client_write = pipeline_.parts_.config.limits.client_write_timeout,
                             .on_client_abort = on_client_abort};
  co_return co_await relay(intent, request, *answer, lease, options);
}

asio::awaitable<Afterwards> Exchange::relay(OpenIntent& intent,
                                            const upstream::OutboundRequest& request,
                                            upstream::Answer& answer, routing::Lease& lease,
                                            RelayOptions options) {
  const usage::BodyShape shape = usage::body_shape(answer.head.find("content-type"));
  options.strip_usage = options.strip_usage && shape == usage::BodyShape::server_sent_events;
  const bool background = request.scan != nullptr && request.scan->background;
  usage::UsageMeter meter(shape, {.count_text = answer.head.status == 200,
                                  .model = intent.record().requested_model,
                                  .coding = answer.head.find("content-encoding")});
  // Before the first byte is relayed: where a stored response lives must be right in what a crash leaves behind.
  note_answer(intent.record(), answer);
  Relay relay(answer, client_.stream, meter, options);
  if (request.target->operation->metering == operations::Metering::follow) {
    relay.on_identity([&](const usage::UsageOutcome& so_far) {
      note_early(intent, *request.target, background, so_far);
    });
  }
  relaying_ = &relay;
  if (client_gone_) relay.client_gone();
  const RelayEnd end = co_await relay.pump();
  if (end == RelayEnd::upstream_broken || end == RelayEnd::upstream_timeout) {
    lease.report(routing::Signal::failure, std::nullopt, std::chrono::steady_clock::now());
  }

  usage::UsageRecord& record = intent.record();
  usage::UsageOutcome usage = meter.finish(end == RelayEnd::complete);
  record.outcome =
      outcome_of(end, left_early(relay, end), answer.head.status, usage.in_stream_error);
  const bool answer_instead = end != RelayEnd::complete && !relay.head_sent();
  record.status_code = answer_instead ? 502 : answer.head.status;
  co_await note_metered(record, request, answer.head, std::move(usage));
  note_times(record, answer, relay);
  const bool durable = co_await make_durable(intent);
  note_objects(record);
  if (relay.upstream_reusable()) answer.connection.keep();

  if (relay.client_is_gone()) co_return Afterwards::abort;
  if (answer_instead) {
    relaying_ = nullptr;
    const Error broken{end == RelayEnd::upstream_timeout ? Errc::timeout : Errc::protocol, {}};
    co_return co_await refuse(refusal_for_upstream(broken));
  }
  // Without a durable record, or without the backend's end, the client must not see a whole answer.
  if (end != RelayEnd::complete || !durable) co_return Afterwards::abort;
  const bool sent = co_await relay.finish();
  relaying_ = nullptr;
  if (!sent) co_return Afterwards::abort;
  const bool keep =
      keep_alive() && options.keep_alive && relay.framing() != ClientFraming::until_close;
  co_return keep ? Afterwards::keep : Afterwards::close;
}

asio::awaitable<void> Exchange::note_metered(usage::UsageRecord& record,
                                             const upstream::OutboundRequest& request,
                                             const http::ResponseHead& head,
                                             usage::UsageOutcome outcome) {
  const operations::Operation& operation = *request.target->operation;
  const bool succeeded = head.status >= 200 && head.status < 300;
  const bool background = request.scan != nullptr && request.scan->background;
  if (succeeded) {
    record.follow_path = followup::follow_path(*request.target, outcome, background);
    record.stored_objects = followup::stored_objects(*request.target, outcome);
  }
  const std::optional<std::int64_t> generated = outcome.generated_tokens;
  note_usage(record, std::move(outcome), head.find("x-ms-served-model"), operation.metering);
  if (!record.follow_path.empty()) {
    record.usage_reason = usage::reason::kAwaitingBackend;
  } else if (can_estimate(record, *operation.api, head.status)) {
    co_await estimate(record, request, generated);
  }
}

asio::awaitable<void> Exchange::estimate(usage::UsageRecord& record,
                                         const upstream::OutboundRequest& request,
                                         std::optional<std::int64_t> generated_tokens) {
  /// Counting this much takes a few milliseconds; more would hold up the worker's other exchanges.
  constexpr std::size_t kCountedHere = 64 * 1024;
  const operations::Api& api = *request.target->operation->api;
  if (request.body.size() <= kCountedHere) {
    estimate_usage(record, api, request.body, generated_tokens);
    co_return;
  }
  auto count = [](usage::UsageRecord& record, const operations::Api& api, std::string_view body,
                  std::optional<std::int64_t> generated) -> asio::awaitable<void> {
    estimate_usage(record, api, body, generated);
    co_return;
  };
  co_await asio::co_spawn(pipeline_.parts_.background,
                          count(record, api, request.body, generated_tokens), asio::use_awaitable);
}

void Exchange::note_early(OpenIntent& intent, const operations::RequestTarget& target,
                          bool background, const usage::UsageOutcome& so_far) {
  usage::UsageRecord& record = intent.record();
  record.response_id = so_far.response_id;
  record.follow_path = followup::follow_path(target, so_far, background);
  record.stored_objects = followup::stored_objects(target, so_far);
  if (!intent.recorded() || record.stored_objects.empty()) return;
  const Result<void> amended = pipeline_.parts_.journal.amend(record);
  if (!amended) pipeline_.parts_.metrics.count_ledger_failure();
  note_objects(record);
}

void Exchange::note_objects(const usage::UsageRecord& record) {
  std::string_view rest = record.stored_objects;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    pipeline_.parts_.objects.note({.id = std::string(rest.substr(0, end)),
                                   .client_name = record.client_name,
                                   .backend = record.backend,
                                   .deployment = record.backend_deployment,
                                   .model = record.requested_model});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

asio::awaitable<Afterwards> Exchange::fail(OpenIntent& intent,
                                           const upstream::OutboundRequest& request,
                                           const routing::Failover& failover, const Error& error) {
  usage::UsageRecord& record = intent.record();
  Refusal refusal = refusal_for_upstream(error);
  // Its own retries would multiply the gateway's.
  if (failover.attempts() > 1) refusal.extra_fields.append("x-should-retry: false\r\n");
  record.outcome = client_gone_ ? usage::Outcome::client_aborted : outcome_of(error);
  const bool told = !client_gone_ && record.outcome != usage::Outcome::interrupted;
  record.status_code = told ? refusal.status : 0;
  record.error_code = to_string(error.code);
  record.usage_reason = reason_without_answer(record.attempts);
  const bool may_be_billed = record.usage_reason == usage::reason::kNoAnswer;
  if (may_be_billed && can_estimate(record, *request.target->operation->api, 0)) {
    co_await estimate(record, request, std::nullopt);
  }
  record.duration_ms = ms_between(started_, std::chrono::steady_clock::now());
  telemetry::log::warn("upstream.failed", {{"record_id", id_.to_string()},
                                           {"backend", record.backend},
                                           {"error", to_string(error.code)},
                                           {"detail", error.message}});
  const bool durable = co_await make_durable(intent);
  if (!told || !durable) co_return Afterwards::abort;
  co_return co_await refuse(refusal);
}

asio::awaitable<bool> Exchange::make_durable(OpenIntent& intent) {
  pipeline_.parts_.metrics.record(sample_of(intent.record()));
  if (!intent.recorded())
    co_return true;  // fail_open: served without a record, counted when it began
  Result<void> closed = intent.close();
  if (closed) closed = co_await pipeline_.parts_.journal.until_durable();
  if (closed) co_return true;
  pipeline_.parts_.metrics.count_ledger_failure();
  telemetry::log::error("ledger.close_failed",
                        {{"record_id", id_.to_string()}, {"detail", closed.error().message}});
  co_return pipeline_.parts_.config.ledger.on_failure == config::OnFailure::fail_open;
}

void Exchange::note_times(usage::UsageRecord& record, const upstream::Answer& answer,
                          const Relay& relay) {
  const SteadyTime now = std::chrono::steady_clock::now();
  record.duration_ms = ms_between(started_, now);
  const SteadyTime first_byte = relay.first_byte_at().value_or(now);
  if (!relay.client_is_gone()) record.time_to_first_byte_ms = ms_between(started_, first_byte);
  // What the client waited for the gateway itself: all but the backends' time to their heads.
  record.gateway_overhead_ms = fractional_ms((first_byte - started_) - answer.waited);
  record.response_bytes = relay.response_bytes();
}

}  // namespace tollgate::proxy
