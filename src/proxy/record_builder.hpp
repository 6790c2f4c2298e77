// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "arrival.hpp"
#include "destination.hpp"
#include "relay.hpp"
#include "tollgate/auth/caller.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/proxy/client_connection.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/usage/request_scan.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// The client's own id for the request: what it can find again in its logs. At most 256 bytes.
std::string correlation_id(const http::RequestHead& head);

/// What is known of a request before it is decided who may answer it.
struct IntentFacts {
  const Arrival& arrival;
  const config::Config& config;
  const auth::Caller& caller;
  const ClientConnection& client;
  const http::RequestHead& head;
  const Wanted& wanted;
  std::size_t body_size;  ///< as the client sent it
  std::string_view body;  ///< without its coding: what was scanned
};

/// The record as it stands when the request is accepted. Never null; on the heap, as it is large.
std::unique_ptr<usage::UsageRecord> make_intent(const IntentFacts& facts);

/// What was asked for, who is asked first, and the conversation, where the client has named none.
void note_destination(usage::UsageRecord& record, const Destination& destination,
                      const routing::Candidate& first);

/// The id of the response, thread or conversation that the operation made, where it goes on with
/// none: it begins one, which is called by that. Empty: it does not.
std::string begun_conversation(const usage::UsageRecord& record);

/// Who is asked; the model is that deployment's name until an answer says more.
void note_candidate(usage::UsageRecord& record, const routing::Candidate& candidate);

/// Takes the backend's identity and ids from its answer into the record.
void note_answer(usage::UsageRecord& record, const upstream::Answer& answer);

/// A caller who was only asserted has been accepted by a backend that answers with success. Any
/// other answer may come from something that has not looked at the token: a firewall, a path that
/// nobody serves, a limit by address.
void note_proof(usage::UsageRecord& record, int backend_status);

/// Takes into the record what the meter found. An operation whose tokens are counted elsewhere, or
/// that takes none, gets no counts (Metering). Sound that tells no tokens is counted by the
/// characters that were spoken, where the record has these. `status` is the backend's: an error
/// without usage is free whatever its body is, so that only successes are of unknown cost. The
/// model is what x-ms-served-model says; without it what the body says; else the deployment's name
/// (azure-protocol.md 1.6).
void note_usage(usage::UsageRecord& record, usage::UsageOutcome outcome, int status,
                std::string_view served_model, operations::Metering metering);

/// What the record says of how an operation ended.
usage::Outcome outcome_of(RelayEnd end, bool client_gone, int status, bool in_stream_error);
/// Without an answer. Cancelled means the gateway's own end; that the client has gone is known
/// elsewhere.
usage::Outcome outcome_of(const Error& upstream_error);

/// Why an operation that got no answer has no counts: no_answer when a backend may have worked on
/// it all the same, error_answer when every one that was asked refused, not_sent when none was.
std::string_view reason_without_answer(const std::vector<usage::Attempt>& attempts);

}  // namespace tollgate::proxy
