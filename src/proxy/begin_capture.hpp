// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "refusal.hpp"
#include "running_operation.hpp"
#include "tollgate/capture/capture.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

/// A request that may be audited.
struct AuditedRequest {
  capture::Recorder* recorder;  ///< null: nothing is
  const config::Config& config;
  const config::Client& client;
  std::string_view model;  ///< as the client asked for it; empty where none is concerned
  const http::RequestHead& head;
  std::string_view body;  ///< both without content coding
  /// The conversation of the intent is the client's word, else it follows from what is referred to.
  bool names_conversation = true;
};

/// Begins to capture what the audit trail keeps of the exchange; null: nothing. What the client
/// calls itself and its conversation in `intent` is redacted, as what it says is. The body stays
/// where it is until read_request_to_its_end() is through, or the operation is gone.
std::unique_ptr<capture::Capture> begin_capture(const AuditedRequest& request,
                                                usage::UsageRecord& intent);

/// Begins to read what is kept of a long request, and waits for nothing. Where nothing of the
/// client's may leave before its request is stored: reads all of it, and stores it, behind the
/// intent, so that the ledger knows of every exchange that the trail knows of. A refusal says that
/// it could not be, and has ended the operation; but where `cancellation` stopped the wait, it is
/// no_answer(), the operation is open, and the request may be stored or not.
boost::asio::awaitable<std::optional<Refusal>> keep_request(RunningOperation& operation,
                                                            Cancellation& cancellation);

/// The body is about to go: what has not been read of it by now is. It was there to be read for as
/// long as it was sent, so that this is seldom anything.
boost::asio::awaitable<void> read_request_to_its_end(RunningOperation& operation);

}  // namespace tollgate::proxy
