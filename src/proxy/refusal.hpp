// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/operations/operation.hpp"
#include "tollgate/quotas/reservation.hpp"
#include "tollgate/routing/target_board.hpp"

namespace tollgate::proxy {

/// An answer of the gateway's own, in OpenAI's error shape, which SDKs turn into the right
/// exception (azure-protocol.md 3.2). Texts are the gateway's: nothing of the request is echoed.
struct Refusal {
  int status = 400;       ///< 0: nobody is there to be told, the connection is reset
  std::string_view code;  ///< Azure's word where it has one (DeploymentNotFound, 401, ...)
  std::string_view type;  ///< OpenAI's family: invalid_request_error, server_error, ...
  std::string message;
  std::string extra_fields;  ///< whole header lines: Allow, Retry-After, ...
  std::string detail = {};   ///< why, for the log alone; empty: the message says it
  std::string answer = {};   ///< not empty: no refusal, but this JSON from the configuration
};

/// What a stage passes on, or why the request ends there.
template <class T>
using OrRefusal = boost::system::result<T, Refusal>;
/// Called by OrRefusal::value() on a refusal: reaching it is a bug.
[[noreturn]] void throw_exception_from_error(const Refusal& refusal,
                                             const boost::source_location& where);

/// The request ends without an answer.
inline Refusal no_answer() { return {.status = 0}; }

/// What each stage's failure is answered with: the one place where errors become statuses.
Refusal refusal_for_head(const http::HeadError& error);
Refusal refusal_for_authentication(const Error& error);
/// The client holds its share of the connections (ConnectionShares).
Refusal refusal_for_connections();
Refusal refusal_for_target(const Error& error, std::string_view method, std::string_view target);
Refusal refusal_for_body(const Error& error);
/// The body's Content-Encoding is none that the gateway reads; names those that it does.
Refusal refusal_for_coding();
Refusal refusal_for_closed_operation();
/// `operation` decides whether a model or a stored object is meant.
Refusal refusal_for_route(const Error& error, const operations::Operation& operation);
/// The client may use only what has a price, and one of the deployments that may serve it has none:
/// `missing` says what is missing (pricing::no_price), for the log alone.
Refusal refusal_for_unpriced(std::string_view backend, std::string_view deployment,
                             std::string_view missing);
/// What was used of one of its limits of money is not known (Quotas::held_by): 503 with
/// Retry-After.
Refusal refusal_not_restored(const quotas::Rule& rule);

/// One of its limits has nothing for the request: 429 with the wait; 429 (quotas.exhausted_status)
/// and x-should-retry: false for a window that is used up; 400 for what can never pass; 403 for
/// what a limit of money has no price for. `currency`: of such limits; empty: not known.
Refusal refusal_for_quota(const quotas::Exceeded& exceeded, const config::Quotas& settings,
                          std::string_view currency);
/// The caller's token is for the backend, and no backend of this route takes it.
Refusal refusal_for_unproven_caller();
Refusal refusal_for_unusable_body();
/// `documented`: the name of a member that stands in other letters' case.
Refusal refusal_for_spelling(std::string_view documented);
/// The request's names could not be read; the reason is the gateway's own text and is told.
Refusal refusal_for_names(const Error& error);
/// A handshake for a protocol that is not spoken on this path: clients fall back at once on 426.
Refusal refusal_for_websocket();
/// The configuration's answer, or why there is none (answer_from_configuration).
Refusal answer_or_refusal(Result<std::string> answer);
/// `wait`: how long those targets asked to be left alone that answered before the last one failed:
/// it is theirs that a client's next request would meet.
Refusal refusal_for_upstream(const Error& error, std::optional<milliseconds> wait = std::nullopt);
/// No target can be asked now: 429 or 503 with the smallest wait that is true.
Refusal refusal_for_unserved(const routing::Unserved& unserved);
Refusal refusal_without_ledger();
Refusal refusal_without_audit();

/// The answer's body: OpenAI's error object.
std::string body_of(const Refusal& refusal, std::string_view request_id);
/// The response's bytes. `request_id` also stands in x-request-id, where SDKs look for it.
std::string render(const Refusal& refusal, std::string_view request_id, bool keep_alive,
                   bool to_head_request);

}  // namespace tollgate::proxy
