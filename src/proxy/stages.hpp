// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "arrival.hpp"
#include "destination.hpp"
#include "record_builder.hpp"
#include "refusal.hpp"
#include "running_operation.hpp"
#include "tollgate/auth/authenticator.hpp"
#include "tollgate/pricing/pricer.hpp"
#include "tollgate/proxy/client_connection.hpp"
#include "tollgate/routing/failover.hpp"

// What a request goes through until it leaves for a backend, in the order of
// RequestPipeline::handle. Each stage takes what it uses and passes on what it found, or says how
// the request is refused.
namespace tollgate::proxy {

/// Whose the request is. The clock is the arrival's.
boost::asio::awaitable<OrRefusal<auth::Caller>> prove_caller(auth::Authenticator& authenticator,
                                                             const ClientConnection& client,
                                                             const http::RequestHead& head,
                                                             const Arrival& arrival);

/// Which operation is asked for.
OrRefusal<operations::RequestTarget> find_target(const http::RequestHead& head);

/// Only operations of the groups that are open here are served; nullopt: it is.
std::optional<Refusal> refuse_closed(const operations::RequestTarget& target,
                                     const config::Operations& operations);

/// The whole body, without its framing, in the client's share of the memory for bodies.
boost::asio::awaitable<OrRefusal<std::string>> take_body(const ClientConnection& client,
                                                         const http::RequestHead& head,
                                                         const config::Limits& limits,
                                                         BodyHold& memory);

/// Takes the Content-Encoding off the body, if it has one, and gives the head that goes with it
/// then; its views are those of `head`. nullopt: the head stays. A byte order mark goes, too.
boost::asio::awaitable<OrRefusal<std::optional<http::RequestHead>>> uncode_body(
    const http::RequestHead& head, std::string& body, const config::Limits& limits,
    BodyHold& memory);

/// What the body says of its request; nullopt: it says nothing (empty, or null), or is not
/// understood, and find_names refuses it then. The body outlives it.
boost::asio::awaitable<OrRefusal<std::optional<usage::RequestScan>>> scan_body(
    const http::RequestHead& head, std::string_view body);

/// All names that the request holds; read in steps, as a large body must not hold up the worker's
/// other connections. All three outlive it.
boost::asio::awaitable<OrRefusal<std::vector<operations::RequestName>>> find_names(
    const operations::RequestTarget& target, const http::RequestHead& head, std::string_view body);

/// Who may answer the caller. One whose identity nobody has checked is left with the backends that
/// check it themselves.
boost::asio::awaitable<OrRefusal<Destination>> choose_destination(Wanted wanted,
                                                                  auth::CallerProof proof,
                                                                  const routing::RouteTable& routes,
                                                                  ledger::ObjectDirectory& objects,
                                                                  Cancellation& cancellation);

/// Of a client whose on_unpriced is `refuse`: why nothing is spent. A pricer that is not there has
/// no say.
std::optional<Refusal> refuse_unpriced(const Wanted& wanted, const Destination& destination,
                                       const pricing::Pricer* pricer, UtcTime time);

/// The first target, which does not rest at `now`.
OrRefusal<routing::Lease> first_lease(routing::Failover& failover, SteadyTime now);

/// Writes the intent (never null); it is durable when this completes: a crash from here on leaves a
/// record. Where no operation begins, the permit is given back.
boost::asio::awaitable<OrRefusal<RunningOperation>> open_operation(
    const OperationBooks& books, std::unique_ptr<usage::UsageRecord> intent, const Arrival& arrival,
    std::unique_ptr<capture::Capture> capture, Cancellation& cancellation, Permit permit = {});

}  // namespace tollgate::proxy
