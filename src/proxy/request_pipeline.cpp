// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/request_pipeline.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "destination.hpp"
#include "exchange.hpp"
#include "request_body.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

/// Any bits will do: they spread load, they protect nothing.
std::uint64_t spread_bits(const Uuid& id) {
  std::uint64_t bits = 0;
  for (std::size_t i = 8; i < id.bytes.size(); ++i) bits = (bits << 8) | id.bytes[i];
  return bits;
}

bool is_open(const config::Operations& operations, config::OperationGroup group) {
  return std::find(operations.open.begin(), operations.open.end(), group) != operations.open.end();
}

/// An identity that nobody has checked goes to backends that check it themselves; the gateway's own credentials
/// are not for it. False: there is none.
bool keep_passing_through(Destination& destination) {
  if (!destination.own_route) destination.own_route = *destination.models_route;
  std::vector<routing::Candidate>& candidates = destination.own_route->candidates;
  std::erase_if(candidates, [](const routing::Candidate& candidate) {
    return !std::holds_alternative<config::PassThroughCredential>(candidate.backend->credential);
  });
  return !candidates.empty();
}

Result<usage::RequestScan> scan_body(const http::RequestHead& head, std::string_view body) {
  const Error nothing{Errc::invalid_input, "no body to understand"};
  if (body.empty()) return nothing;
  const std::string_view type = head.find("content-type");
  if (iequals(type.substr(0, 9), "multipart")) return usage::scan_form(type, body);
  return usage::scan_request(body);
}

}  // namespace

/// A request that may go on: whose it is, what it brings and where it goes. All of it outlives the exchange.
struct RequestPipeline::Admitted {
  const ClientConnection& client;
  const http::RequestHead& head;
  const auth::Caller& caller;
  const operations::RequestTarget& target;
  const usage::RequestScan* scan;  ///< null: the body is not understood
  const Destination& destination;
  std::string_view body;

  bool lacks_include_usage() const {
    return scan != nullptr && target.operation->api->reports_usage_on_request &&
           usage::may_inject_include_usage(*scan, target.api_version);
  }
};

asio::awaitable<Afterwards> RequestPipeline::handle(ClientConnection client,
                                                    const http::RequestHead& head) {
  Exchange exchange(*this, client, head);

  // Proof comes first: nothing is spent on strangers, not even reading their body.
  const auth::RequestProof proof{head.fields, client.peer, client.certificate};
  Result<auth::Caller> caller =
      co_await parts_.authenticator.authenticate(proof, exchange.accepted_at());
  if (!caller) {
    telemetry::log::debug("caller.refused", {{"request_id", exchange.id().to_string()},
                                             {"peer", client.peer.to_string()},
                                             {"detail", caller.error().message}});
    co_return co_await exchange.refuse(refusal_for_authentication(caller.error()));
  }

  // The target before the body: what no route wants is not read either.
  Result<operations::RequestTarget> target = operations::parse_target(head.method, head.target);
  if (!target) {
    co_return co_await exchange.refuse(
        refusal_for_target(target.error(), head.method, head.target));
  }
  if (!is_open(parts_.config.operations, target->operation->group)) {
    co_return co_await exchange.refuse(refusal_for_closed_operation());
  }

  const bool expect_continue = head.expect_continue;
  Result<std::string> body = co_await read_request_body(client, head.body, expect_continue,
                                                        parts_.config.limits.request_body,
                                                        parts_.config.limits.body_idle_timeout);
  if (!body) {
    const Errc code = body.error().code;
    if (code == Errc::closed || code == Errc::protocol) co_return Afterwards::abort;
    co_return co_await exchange.refuse(refusal_for_body(body.error()));
  }
  exchange.body_was_read();

  // A body that is not understood may pass where the path says all that routing needs; the backend judges it.
  const Result<usage::RequestScan> scan = scan_body(head, *body);
  if (scan && scan->duplicate_member) {
    co_return co_await exchange.refuse(refusal_for_unusable_body());
  }
  const Wanted wanted{
      .target = *target, .scan = scan ? &*scan : nullptr, .client = *caller->client};
  Result<Destination> destination =
      co_await find_destination(wanted, parts_.routes, parts_.objects);
  if (!destination) {
    co_return co_await exchange.refuse(refusal_for_route(destination.error(), *target->operation));
  }
  if (caller->proof != auth::CallerProof::verified && !keep_passing_through(*destination)) {
    co_return co_await exchange.refuse(refusal_for_unproven_caller());
  }

  const Admitted admitted{.client = client,
                          .head = head,
                          .caller = *caller,
                          .target = *target,
                          .scan = wanted.scan,
                          .destination = *destination,
                          .body = *body};
  co_return co_await send_on(exchange, admitted);
}

asio::awaitable<Afterwards> RequestPipeline::send_on(Exchange& exchange, const Admitted& admitted) {
  // Before anything is written: when every target rests, the client is told at once and nothing was begun.
  routing::Failover failover(parts_.board, admitted.destination.route(), admitted.head.method,
                             exchange.started(), spread_bits(exchange.id()));
  std::optional<routing::Lease> lease = failover.first(std::chrono::steady_clock::now());
  if (!lease) {
    const auto unserved = failover.unserved(std::chrono::steady_clock::now());
    co_return co_await exchange.refuse(refusal_for_unserved(unserved));
  }

  // The intent is durable before the request leaves: a crash from here on leaves a record (promise 2).
  OpenIntent intent(parts_.journal, make_intent({.id = exchange.id(),
                                                 .accepted_at = exchange.accepted_at(),
                                                 .config = parts_.config,
                                                 .caller = admitted.caller,
                                                 .client = admitted.client,
                                                 .head = admitted.head,
                                                 .target = admitted.target,
                                                 .first_candidate = lease->candidate(),
                                                 .scan = admitted.scan,
                                                 .requested_model = admitted.destination.model,
                                                 .body_size = admitted.body.size()}));
  Result<void> durable = intent.opened();
  if (durable) durable = co_await parts_.journal.until_durable();
  if (!durable) {
    parts_.metrics.count_ledger_failure();
    telemetry::log::error("ledger.open_failed", {{"record_id", exchange.id().to_string()},
                                                 {"detail", durable.error().message}});
    if (parts_.config.ledger.on_failure == config::OnFailure::fail_closed) {
      co_return co_await exchange.refuse(refusal_without_ledger());
    }
  }

  const upstream::OutboundRequest request{.client = &admitted.head,
                                          .target = &admitted.target,
                                          .body = admitted.body,
                                          .scan = admitted.scan,
                                          .inject_include_usage = admitted.lacks_include_usage()};
  co_return co_await exchange.forward(std::move(intent), request, failover, std::move(*lease),
                                      admitted.caller.client->on_client_abort);
}

asio::awaitable<Afterwards> RequestPipeline::refuse_head(ClientConnection client,
                                                         const http::HeadError& error) {
  http::RequestHead nothing;
  nothing.method = "GET";
  nothing.keep_alive = false;
  nothing.body.kind = http::Framing::until_close;  // whatever follows is not read as a request
  Exchange exchange(*this, client, nothing);
  co_return co_await exchange.refuse(refusal_for_head(error));
}

}  // namespace tollgate::proxy
