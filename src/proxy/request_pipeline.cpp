// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/request_pipeline.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "answer_reading.hpp"
#include "begin_capture.hpp"
#include "books.hpp"
#include "client_watch.hpp"
#include "configured_models.hpp"
#include "ending.hpp"
#include "open_ids.hpp"
#include "operation_attempts.hpp"
#include "permits.hpp"
#include "refusal_writer.hpp"
#include "stages.hpp"
#include "tollgate/followup/follow.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

/// Any bits will do: they spread load, they protect nothing.
std::uint64_t spread_bits(const Uuid& id) {
  std::uint64_t bits = 0;
  for (std::size_t i = 8; i < id.bytes.size(); ++i) bits = (bits << 8) | id.bytes[i];
  return bits;
}

routing::ClientKey client_key(const config::Client& client) {
  return std::hash<std::string>()(client.name) | 1U;  // never 0, which is nobody's
}

upstream::OutboundRequest outbound_request(const http::RequestHead& head, std::string_view body,
                                           const Wanted& wanted, const Destination& destination) {
  const usage::RequestScan* const scan = wanted.scan;
  return {.client = &head,
          .target = &wanted.target,
          .body = body,
          .scan = scan,
          .models = destination.models,
          .inject_include_usage = scan != nullptr &&
                                  wanted.target.operation->api->reports_usage_on_request &&
                                  usage::may_inject_include_usage(*scan, wanted.target.api_version),
          .payer = &wanted.client};
}

followup::ObjectEnd object_end(const std::string& part, const config::Client& client,
                               const Destination& destination, const http::RequestHead& head) {
  followup::ObjectEnd out{client.name, part, {}, Secret(std::string(head.find("authorization")))};
  for (const routing::Candidate& candidate : destination.route().candidates) {
    out.backends.push_back(candidate.backend->name);
  }
  return out;
}

std::unique_ptr<seals::ExchangeIds> exchange_ids(const seals::Seals* seals,
                                                 const config::Client& client) {
  return seals == nullptr ? nullptr : std::make_unique<seals::ExchangeIds>(*seals, client.name);
}

/// What the configuration and the quotas say of how an answer is given.
struct AnswerTerms {
  const config::Limits& limits;
  std::string_view rate_lines;
  seals::ExchangeIds* ids;                 ///< null: they are not sealed
  std::unique_ptr<AnswerIds>& answer_ids;  ///< made where they are; outlives the relay
};

RelayOptions relay_options(const upstream::Answer& answer, RunningOperation& operation,
                           const ClientConnection& client, const upstream::OutboundRequest& request,
                           const AnswerReading& reading, const AnswerTerms& terms) {
  const std::string_view coding = answer.head.find("content-encoding");
  const bool good = answer.head.status == 200;
  const bool counts_images =
      request.target->operation->api->counted_by == operations::CountedBy::images;
  return {.shape = reading.shape,
          .meter = {.count_text = good,
                    .count_images = good && counts_images,
                    .ids_at =
                        good ? operations::left_paths(request.target->operation->leaves) : nullptr,
                    .model = operation.record().requested_model,
                    .coding = coding},
          .capture = operation.capture(),
          .strip_usage = answer.asked_for_usage && good && coding.empty() && reading.may_be_stream,
          .keep_alive = client.keeps_alive(*request.client),
          .client_minor_version = request.client->minor_version,
          .answer_lines = client.answer_lines,
          .rate_lines = terms.rate_lines,
          .timeouts = answer.candidate.timeouts,
          .client_write = terms.limits.client_write_timeout};
}

/// A stored response is known while its stream still runs: its client may already use it, and a
/// crash must not forget it.
void note_identity(RunningOperation& operation, const upstream::OutboundRequest& request,
                   const usage::UsageOutcome& so_far) {
  usage::UsageRecord& record = operation.record();
  record.response_id = so_far.response_id;
  record.follow_path = followup::follow_path(*request.target, so_far, true);  // it may break off
  record.stored_objects = followup::stored_objects(*request.target, so_far);
  if (!record.stored_objects.empty()) operation.tell_objects();
}

/// The record knows who answers before the first byte is relayed: where a stored response lives
/// must be right in what a crash leaves behind.
void begin_relay(std::optional<Relay>& relay, upstream::Answer& answer,
                 const ClientConnection& client, const upstream::OutboundRequest& request,
                 RunningOperation& operation, const AnswerTerms& terms) {
  note_answer(operation.record(), answer);
  const AnswerReading reading = reading_of(answer, request);
  if (terms.ids != nullptr) {
    terms.ids->answered(operation.record(), *request.target->operation);
    terms.answer_ids =
        std::make_unique<AnswerIds>(*terms.ids, answer.head, reading, *request.target->operation);
  }
  if (operation.capture() != nullptr) {
    operation.capture()->begin_answer(answer.head.find("content-type"),
                                      answer.head.find("content-encoding"), reading.kept);
  }
  RelayOptions options = relay_options(answer, operation, client, request, reading, terms);
  options.ids = terms.answer_ids.get();
  const bool good = answer.head.status >= 200 && answer.head.status < 300;
  // A stream takes its time, and a crash within it leaves what finds it in Azure's logs.
  const bool has_words = reading.shape != usage::BodyShape::opaque;
  if (good && has_words && reading.may_be_stream) operation.amend();
  relay.emplace(answer, client.stream, client.cancellation, options);
  if (!good || request.target->operation->metering != operations::Metering::follow) return;
  relay->on_identity([&operation, &request](const usage::UsageOutcome& so_far) {
    note_identity(operation, request, so_far);
  });
}

/// What the user is told where the backend's answer does not reach its end.
void note_ending(RunningOperation& operation, const Ending& ending) {
  capture::Capture* const capture = operation.capture();
  if (capture == nullptr) return;
  if (!ending.instead) return capture->answer_is_whole();
  if (ending.instead->status == 0) return;
  capture->answer_instead(body_of(*ending.instead, operation.record().record_id.to_string()));
}

/// What the answer's end says of the backend: whether its connection can be used again, or that it
/// failed after all.
void settle_backend(const Relay& relay, upstream::Answer& answer, routing::Lease& lease,
                    RunningOperation& operation) {
  if (relay.upstream_reusable()) answer.connection.keep();
  const bool late = relay.end() == RelayEnd::upstream_timeout;
  if (!late && relay.end() != RelayEnd::upstream_broken) return;
  const auto news =
      lease.report(routing::Signal::failed_request, std::nullopt, std::chrono::steady_clock::now());
  if (news)
    log_target_news(operation.record(), lease.candidate(), *news,
                    late ? "timeout" : "answer_cut_off");
}

}  // namespace

RequestPipeline::RequestPipeline(const PipelineParts& parts, Books books)
    : parts_(parts),
      books_{parts.journal, parts.objects, std::move(books), parts.journal_failures, parts.pricer} {
  for (const config::Client& client : parts_.config.clients) {
    accounts_.push_back(
        {&parts_.memory.account(client.name), &parts_.connections.account(client.name), {}, {}});
  }
  permits_ = std::make_unique<Permits>(parts_);
}

RequestPipeline::~RequestPipeline() = default;

// NOLINTNEXTLINE(readability-function-size): the whole path of a request, to be read in one piece.
asio::awaitable<Afterwards> RequestPipeline::handle(ClientConnection client,
                                                    const http::RequestHead& head) {
  const Arrival arrival;
  const config::Limits& limits = parts_.config.limits;
  RefusalWriter refusals(client, head, arrival.id, parts_.config, parts_.metrics, strangers_);

  // Proof comes first: nothing is spent on strangers, not even reading their body.
  const auto caller = co_await prove_caller(parts_.authenticator, client, head, arrival);
  if (!caller) co_return co_await refusals.write(caller.error());
  ClientAccount& account = accounts_[caller->client - parts_.config.clients.data()];
  refusals.comes_from(*caller->client, account.refusals,
                      {parts_.recorder, parts_.config, *caller->client, arrival.accepted_at});
  refusals.is_limited(*permits_, *caller->client);
  if (!client.place.claim(*account.connections))
    co_return co_await refusals.write(refusal_for_connections());
  // The target before the body: what no route wants is not read either.
  auto target = find_target(head);
  if (!target) co_return co_await refusals.write(target.error());
  refusals.is_for(*target);
  const auto closed = refuse_closed(*target, parts_.config.operations);
  if (closed) co_return co_await refusals.write(*closed);
  if (target->operation->route_by == operations::RouteBy::gateway) {
    co_return co_await refusals.write(answer_or_refusal(
        answer_from_configuration(*target, parts_.config, parts_.routes, *caller->client)));
  }
  BodyHold memory(parts_.memory, *account.memory);
  auto body = co_await take_body(client, head, limits, memory);
  if (!body) co_return co_await refusals.write(body.error());
  refusals.body_was_read();
  const ClientWatch watch(client.stream, client.cancellation, caller->client->on_client_abort,
                          account.drains, limits.drains);

  // A body is read, and goes on, without its coding: no backend may see other words than the
  // gateway.
  const std::size_t body_size = body->size();
  const auto uncoded = co_await uncode_body(head, *body, limits, memory);
  if (!uncoded) co_return co_await refusals.write(uncoded.error());
  const http::RequestHead& plain_head = *uncoded ? **uncoded : head;
  const auto ids = exchange_ids(parts_.seals, *caller->client);
  if (ids != nullptr) {
    const auto unknown = co_await open_ids(*ids, *target, plain_head, *body);
    if (unknown) co_return co_await refusals.write(*unknown);
  }
  const auto scan = co_await scan_body(head, *body);
  if (!scan) co_return co_await refusals.write(scan.error());
  // Whatever the request names, wherever it stands, decides whether it may go on, and where.
  const auto names = co_await find_names(*target, plain_head, *body);
  if (!names) co_return co_await refusals.write(names.error());
  refusals.body_names(*names);
  const Wanted wanted{*target, *scan ? &**scan : nullptr, *names, *caller->client, ids.get()};
  const auto destination = co_await choose_destination(wanted, caller->proof, parts_.routes,
                                                       parts_.objects, client.cancellation);
  if (!destination) co_return co_await refusals.write(destination.error());
  if (ids != nullptr) leave_bare(*ids, *names);
  const auto unpriced = refuse_unpriced(wanted, *destination, parts_.pricer, arrival.accepted_at);
  if (unpriced) co_return co_await refusals.write(*unpriced);
  // What ends an object ends all knowledge of the work behind it.
  const std::string hidden = followup::asked_first(*target);
  if (!hidden.empty() && parts_.follower != nullptr) {
    followup::ObjectEnd end = object_end(hidden, *caller->client, *destination, head);
    co_await parts_.follower->ask_before(std::move(end), client.cancellation);
  }
  // All limits at once; what ends before it is sent gives back what it was given.
  const quotas::LimitSet* const limits_met = permits_->find(*caller->client, *destination);
  refusals.meets(limits_met);
  auto permit = co_await permits_->take(limits_met, wanted, *destination, *body, arrival,
                                        client.cancellation);
  if (!permit) co_return co_await refusals.write(permit.error());
  // Before anything is written: when every target rests, the client is told at once and nothing was
  // begun.
  routing::Failover failover(parts_.board, destination->route(), head.method, arrival.started,
                             spread_bits(arrival.id), client_key(*caller->client));
  auto lease = first_lease(failover, std::chrono::steady_clock::now());
  if (!lease) co_return co_await refusals.write(lease.error());

  // The intent is durable before the request leaves: a crash from here on leaves a record (promise
  // 2).
  auto intent =
      make_intent({arrival, parts_.config, *caller, client, head, wanted, body_size, *body});
  const bool names_conversation = !intent->conversation_id.empty();
  note_destination(*intent, *destination, lease->candidate());
  auto capture = begin_capture({parts_.recorder, parts_.config, *caller->client, destination->model,
                                plain_head, *body, names_conversation},
                               *intent);
  auto operation = co_await open_operation(books_, std::move(intent), arrival, std::move(capture),
                                           client.cancellation, std::move(*permit));
  if (!operation) co_return co_await refusals.write(operation.error());
  refusals.is_recorded();
  const auto unkept = co_await keep_request(*operation, client.cancellation);
  if (unkept) co_return co_await refusals.write(*unkept);

  const upstream::OutboundRequest request =
      outbound_request(plain_head, *body, wanted, *destination);
  OperationAttempts attempts(*operation, parts_.metrics);
  auto answer =
      co_await parts_.upstream.send(request, failover, *lease, attempts, client.cancellation);
  std::string rates;
  std::unique_ptr<AnswerIds> answer_ids;
  std::optional<Relay> relay;
  if (answer) {
    rates = permits_->rate_lines(limits_met, &answer->head);
    begin_relay(relay, *answer, client, request, *operation,
                {limits, rates, ids.get(), answer_ids});
    co_await relay->pump();
    settle_backend(*relay, *answer, *lease, *operation);
  }

  // One end, whatever came of it: the record is completed, then every book is told, the journal
  // first.
  Ending ending =
      note_outcome(operation->record(), request, answer, relay, arrival, client.cancellation);
  co_await read_request_to_its_end(*operation);
  if (ending.to_be_counted) {
    co_await count_ourselves(operation->record(), ending, *target->operation->api, std::move(*body),
                             parts_.background, client.cancellation);
  }
  note_ending(*operation, ending);
  note_output(limits_met, wanted.scan, operation->record());
  const bool may_be_seen = co_await operation->end(client.cancellation);
  if (!may_be_seen) co_return Afterwards::abort;
  // Before the client has the whole of it, and may end what it was shown.
  if (ending.shown && parts_.follower != nullptr) parts_.follower->shown(std::move(*ending.shown));
  if (ending.instead) co_return co_await refusals.write(*ending.instead);
  co_return co_await relay->finish();
}

asio::awaitable<Afterwards> RequestPipeline::refuse_head(ClientConnection client,
                                                         const http::HeadError& error) {
  const Arrival arrival;
  http::RequestHead nothing;
  nothing.method = "GET";
  nothing.keep_alive = false;
  nothing.body.kind = http::Framing::until_close;  // whatever follows is not read as a request
  RefusalWriter refusals(client, nothing, arrival.id, parts_.config, parts_.metrics, strangers_);
  co_return co_await refusals.write(refusal_for_head(error));
}

}  // namespace tollgate::proxy
