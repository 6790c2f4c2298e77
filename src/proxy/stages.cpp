// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "stages.hpp"

#include <algorithm>
#include <utility>

#include "content_coding.hpp"
#include "read_through.hpp"
#include "request_body.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

bool is_open(const config::Operations& operations, config::OperationGroup group) {
  return std::find(operations.open.begin(), operations.open.end(), group) != operations.open.end();
}

/// What the client is told, and for the log, in the error's own words, why.
Refusal because(const Error& error, Refusal refusal) {
  refusal.detail = error.message;
  return refusal;
}

/// An identity that nobody has checked goes to backends that check it themselves; the gateway's own
/// credentials are not for it. False: there is none.
bool keep_passing_through(Destination& destination) {
  if (!destination.own_route) destination.own_route = *destination.models_route;
  std::vector<routing::Candidate>& candidates = destination.own_route->candidates;
  std::erase_if(candidates, [](const routing::Candidate& candidate) {
    return !std::holds_alternative<config::PassThroughCredential>(candidate.backend->credential);
  });
  return !candidates.empty();
}

/// RFC 6455 4.1, as far as it tells a handshake from other requests.
bool is_websocket_handshake(const http::RequestHead& head) {
  return head.method == "GET" && iequals(trim(head.find("upgrade")), "websocket") &&
         !head.find("sec-websocket-key").empty();
}

/// Some clients put one before their JSON, and only some readers take it (RFC 8259 8.1).
void drop_byte_order_mark(std::string& body) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (body.starts_with(kMark)) body.erase(0, kMark.size());
}

asio::awaitable<Result<usage::RequestScan>> scan_form(std::string_view type,
                                                      std::string_view body) {
  usage::FormReader reader(type, body);
  co_await read_through(reader);
  const Result<std::vector<usage::FormPart>> parts = reader.take();
  if (!parts) co_return parts.error();
  co_return usage::scan_form(*parts, body);
}

asio::awaitable<Result<usage::RequestScan>> scan(const http::RequestHead& head,
                                                 std::string_view body) {
  if (body.empty()) co_return Error{Errc::invalid_input, "no body to understand"};
  const std::string_view type = head.find("content-type");
  if (iequals(type.substr(0, 9), "multipart")) co_return co_await scan_form(type, body);
  usage::RequestScanner scanner(body);
  co_await read_through(scanner);
  co_return scanner.take();
}

}  // namespace

asio::awaitable<OrRefusal<auth::Caller>> prove_caller(auth::Authenticator& authenticator,
                                                      const ClientConnection& client,
                                                      const http::RequestHead& head,
                                                      const Arrival& arrival) {
  const auth::RequestProof proof{head.fields, client.peer, client.certificate};
  Result<auth::Caller> caller = co_await authenticator.authenticate(proof, arrival.accepted_at);
  if (caller) co_return std::move(*caller);
  co_return because(caller.error(), refusal_for_authentication(caller.error()));
}

OrRefusal<operations::RequestTarget> find_target(const http::RequestHead& head) {
  if (is_websocket_handshake(head) && !operations::allowed_methods(head.target).empty()) {
    return refusal_for_websocket();
  }
  Result<operations::RequestTarget> target = operations::parse_target(head.method, head.target);
  if (!target) {
    return because(target.error(), refusal_for_target(target.error(), head.method, head.target));
  }
  return std::move(*target);
}

std::optional<Refusal> refuse_closed(const operations::RequestTarget& target,
                                     const config::Operations& operations) {
  if (is_open(operations, target.operation->group)) return std::nullopt;
  return refusal_for_closed_operation();
}

asio::awaitable<OrRefusal<std::string>> take_body(const ClientConnection& client,
                                                  const http::RequestHead& head,
                                                  const config::Limits& limits, BodyHold& memory) {
  const BodyRules rules{head.expect_continue, limits.request_body, limits.body_idle_timeout};
  Result<std::string> body = co_await read_request_body(client, head.body, rules, memory);
  if (!body) co_return because(body.error(), refusal_for_body(body.error()));
  co_return std::move(*body);
}

asio::awaitable<OrRefusal<std::optional<http::RequestHead>>> uncode_body(
    const http::RequestHead& head, std::string& body, const config::Limits& limits,
    BodyHold& memory) {
  std::string coding = content_coding(head.fields);
  if (coding.empty() || body.empty()) {
    drop_byte_order_mark(body);
    co_return std::optional<http::RequestHead>();
  }
  if (!is_known_coding(coding)) co_return refusal_for_coding();
  Result<std::string> plain =
      co_await take_coding_off(std::move(body), std::move(coding), limits.request_body, memory);
  if (!plain) co_return because(plain.error(), refusal_for_body(plain.error()));
  body = std::move(*plain);
  drop_byte_order_mark(body);
  std::optional<http::RequestHead> out = head;
  out->fields = without_coding(head.fields);
  co_return std::move(out);
}

asio::awaitable<OrRefusal<std::optional<usage::RequestScan>>> scan_body(
    const http::RequestHead& head, std::string_view body) {
  Result<usage::RequestScan> found = co_await scan(head, body);
  if (!found) co_return std::optional<usage::RequestScan>();
  if (found->duplicate_member) co_return refusal_for_unusable_body();
  if (!found->misspelt_member.empty()) co_return refusal_for_spelling(found->misspelt_member);
  co_return std::optional(std::move(*found));
}

asio::awaitable<OrRefusal<std::vector<operations::RequestName>>> find_names(
    const operations::RequestTarget& target, const http::RequestHead& head, std::string_view body) {
  operations::NamesReader reader(target, head.fields, body);
  co_await read_through(reader);
  Result<std::vector<operations::RequestName>> names = reader.take();
  if (!names) co_return refusal_for_names(names.error());
  co_return std::move(*names);
}

asio::awaitable<OrRefusal<Destination>> choose_destination(Wanted wanted, auth::CallerProof proof,
                                                           const routing::RouteTable& routes,
                                                           ledger::ObjectDirectory& objects,
                                                           Cancellation& cancellation) {
  Result<Destination> destination =
      co_await find_destination(wanted, routes, objects, cancellation);
  if (!destination) {
    const Error& error = destination.error();
    if (error.code == Errc::cancelled) co_return no_answer();
    co_return because(error, refusal_for_route(error, *wanted.target.operation));
  }
  if (proof != auth::CallerProof::verified && !keep_passing_through(*destination)) {
    co_return refusal_for_unproven_caller();
  }
  co_return std::move(*destination);
}

std::optional<Refusal> refuse_unpriced(const Wanted& wanted, const Destination& destination,
                                       const pricing::Pricer* pricer, UtcTime time) {
  const bool may_be = wanted.client.on_unpriced == config::OnUnpriced::allow;
  if (may_be || pricer == nullptr || !wanted.target.operation->counts()) return std::nullopt;
  const std::string_view tier =
      wanted.scan == nullptr ? std::string_view() : wanted.scan->service_tier;
  for (const routing::Candidate& candidate : destination.route().candidates) {
    if (candidate.deployment.empty()) continue;
    const std::string missing = pricer->missing_price(
        {candidate.backend->name, candidate.deployment, wanted.target.operation->id, tier, time});
    if (!missing.empty())
      return refusal_for_unpriced(candidate.backend->name, candidate.deployment, missing);
  }
  return std::nullopt;
}

OrRefusal<routing::Lease> first_lease(routing::Failover& failover, SteadyTime now) {
  std::optional<routing::Lease> lease = failover.first(now);
  if (lease) return std::move(*lease);
  return refusal_for_unserved(failover.unserved(now));
}

asio::awaitable<OrRefusal<RunningOperation>> open_operation(
    const OperationBooks& books, std::unique_ptr<usage::UsageRecord> intent, const Arrival& arrival,
    std::unique_ptr<capture::Capture> capture, Cancellation& cancellation, Permit permit) {
  RunningOperation operation(books, std::move(intent), arrival.started, std::move(capture),
                             std::move(permit));
  Result<void> durable = operation.opened();
  if (durable) durable = co_await books.journal.until_durable(cancellation);
  if (durable) co_return std::move(operation);
  // If the intent stands all the same, so will its record.
  operation.record().usage_reason = usage::reason::kNotSent;
  if (durable.error().code == Errc::cancelled) co_return no_answer();
  if (!books.failures.goes_on_after("ledger.open_failed", arrival.id, durable.error())) {
    Refusal refusal = refusal_without_ledger();
    operation.refuse(refusal);
    co_return refusal;
  }
  operation.record().usage_reason.clear();
  operation.begin_all_the_same();
  co_return std::move(operation);
}

}  // namespace tollgate::proxy
