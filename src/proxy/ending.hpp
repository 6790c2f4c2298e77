// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "arrival.hpp"
#include "refusal.hpp"
#include "relay.hpp"
#include "tollgate/base/cancellation.hpp"
#include "tollgate/followup/follower.hpp"
#include "tollgate/operations/operation.hpp"
#include "tollgate/upstream/upstream.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// What follows from how an operation went, once its record says so.
struct Ending {
  /// What the client gets in place of the answer or its rest; nullopt: the answer was whole, its
  /// last piece is next.
  std::optional<Refusal> instead;
  /// Our own count stands in for what the backend did not report; of the text that came, if it was
  /// counted.
  bool to_be_counted = false;
  std::optional<std::int64_t> generated_tokens;
  /// The answer settles the record of other work of the client.
  std::optional<followup::ShownAnswer> shown;
};

/// Writes into the record how the operation went. There is a relay, which has ended, if there was
/// an answer.
Ending note_outcome(usage::UsageRecord& record, const upstream::OutboundRequest& request,
                    const Result<upstream::Answer>& answer, std::optional<Relay>& relay,
                    const Arrival& arrival, const Cancellation& cancellation);

/// Counts the request's tokens where the ending says so: a large body's on `background`, where it
/// goes for good. Given up when the gateway stops, or when memory runs out: the record then has no
/// counts, and its reason stands.
boost::asio::awaitable<void> count_ourselves(usage::UsageRecord& record, const Ending& ending,
                                             const operations::Api& api, std::string body,
                                             boost::asio::any_io_executor background,
                                             Cancellation& cancellation);

}  // namespace tollgate::proxy
