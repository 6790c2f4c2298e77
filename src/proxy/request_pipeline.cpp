// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/request_pipeline.hpp"

#include <utility>

#include "exchange.hpp"
#include "request_body.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

bool names_model_in_body(const routing::RequestTarget& target) {
  return target.family == routing::UrlFamily::v1 || target.operation->model_in_body;
}

bool reports_usage_on_request(usage::ApiShape api) {
  return api == usage::ApiShape::chat || api == usage::ApiShape::completions;
}

/// Any bits will do: they spread load, they protect nothing.
std::uint64_t spread_bits(const Uuid& id) {
  std::uint64_t bits = 0;
  for (std::size_t i = 8; i < id.bytes.size(); ++i) bits = (bits << 8) | id.bytes[i];
  return bits;
}

}  // namespace

RequestPipeline::RequestPipeline(const config::Config& config, auth::Authenticator& authenticator,
                                 const routing::RouteTable& routes, upstream::Upstream& upstream,
                                 ledger::Journal& journal, telemetry::WorkerMetrics& metrics)
    : config_(config),
      authenticator_(authenticator),
      routes_(routes),
      upstream_(upstream),
      journal_(journal),
      metrics_(metrics) {}

asio::awaitable<Afterwards> RequestPipeline::handle(ClientConnection client,
                                                    const http::RequestHead& head) {
  Exchange exchange(*this, client, head);

  // Proof comes first: nothing is spent on strangers, not even reading their body.
  const auth::RequestProof proof{head.fields, client.peer};
  Result<auth::Caller> caller = co_await authenticator_.authenticate(proof, exchange.accepted_at());
  if (!caller) co_return co_await exchange.refuse(refusal_for_authentication(caller.error()));

  // The target before the body: what no route wants is not read either.
  Result<routing::RequestTarget> target = routing::parse_target(head.method, head.target);
  if (!target) {
    co_return co_await exchange.refuse(
        refusal_for_target(target.error(), head.method, head.target));
  }

  const bool expect_continue = head.expect_continue;
  Result<std::string> body = co_await read_request_body(
      client, head.body, expect_continue, config_.limits.request_body,
      config_.limits.body_idle_timeout);
  if (!body) {
    const Errc code = body.error().code;
    if (code == Errc::closed || code == Errc::protocol) co_return Afterwards::abort;
    co_return co_await exchange.refuse(refusal_for_body(body.error()));
  }
  exchange.body_was_read();

  // A body that is not understood may pass where the path says all that routing needs; the backend judges it.
  const Result<usage::RequestScan> scan = usage::scan_request(*body);
  if (scan && scan->duplicate_member) {
    co_return co_await exchange.refuse(refusal_for_unusable_json());
  }
  const bool model_in_body = names_model_in_body(*target);
  if (model_in_body && (!scan || scan->model.empty())) {
    co_return co_await exchange.refuse(refusal_for_unusable_json());
  }
  const std::string_view model = model_in_body ? std::string_view(scan->model) : target->deployment;
  Result<routing::Route> route = routes_.match(model, *caller->client);
  if (!route) co_return co_await exchange.refuse(refusal_for_route(route.error()));
  std::vector<routing::Candidate> candidates =
      routing::pick_order(*route, spread_bits(exchange.id()));

  // The intent is durable before the request leaves: a crash from here on leaves a record (promise 2).
  OpenIntent intent(journal_, make_intent({.id = exchange.id(),
                                           .accepted_at = exchange.accepted_at(),
                                           .config = config_,
                                           .caller = *caller,
                                           .client = client,
                                           .head = head,
                                           .target = *target,
                                           .first_candidate = candidates.front(),
                                           .scan = scan ? &*scan : nullptr,
                                           .requested_model = model,
                                           .body_size = body->size()}));
  Result<void> durable = intent.opened();
  if (durable) durable = co_await journal_.until_durable();
  if (!durable) {
    metrics_.count_ledger_failure();
    telemetry::log::error("ledger.open_failed", {{"record_id", exchange.id().to_string()},
                                                 {"detail", durable.error().message}});
    if (config_.ledger.on_failure == config::OnFailure::fail_closed) {
      co_return co_await exchange.refuse(refusal_without_ledger());
    }
  }

  const upstream::OutboundRequest request{
      .client = &head,
      .target = &*target,
      .body = *body,
      .scan = scan ? &*scan : nullptr,
      .inject_include_usage = scan && reports_usage_on_request(target->operation->api) &&
                              usage::may_inject_include_usage(*scan, target->api_version)};
  co_return co_await exchange.forward(std::move(intent), request, std::move(candidates),
                                      caller->client->on_client_abort);
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
