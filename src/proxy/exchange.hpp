// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "open_intent.hpp"
#include "record_builder.hpp"
#include "refusal.hpp"
#include "relay.hpp"
#include "tollgate/proxy/request_pipeline.hpp"

namespace tollgate::proxy {

/// One request on its way through the pipeline: its clocks, its identity and the steps that several stages
/// share. Lives in the frame of RequestPipeline::handle.
class Exchange {
 public:
  Exchange(RequestPipeline& pipeline, ClientConnection client, const http::RequestHead& head);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  /// Answers with an error of the gateway's own.
  boost::asio::awaitable<Afterwards> refuse(Refusal refusal);

  /// Sends the request to the lease's target or, as failover decides, to others, relays the answer, closes the
  /// record: from here on every path leaves one. The target is pending until the answer's end has been relayed.
  /// What the request and the route refer to outlives the call.
  boost::asio::awaitable<Afterwards> forward(OpenIntent intent, upstream::OutboundRequest request,
                                             routing::Failover& failover, routing::Lease lease,
                                             config::OnClientAbort on_client_abort);

  const Uuid& id() const { return id_; }
  UtcTime accepted_at() const { return accepted_at_; }
  SteadyTime started() const { return started_; }
  void body_was_read() { body_read_ = true; }

 private:
  boost::asio::awaitable<Afterwards> relay(OpenIntent& intent,
                                           const upstream::OutboundRequest& request,
                                           upstream::Answer& answer, routing::Lease& lease,
                                           RelayOptions options);
  boost::asio::awaitable<Afterwards> fail(OpenIntent& intent,
                                          const upstream::OutboundRequest& request,
                                          const routing::Failover& failover, const Error& error);
  /// Fills the record in with what the meter found, what waits at the backend and what we count ourselves.
  boost::asio::awaitable<void> note_metered(usage::UsageRecord& record,
                                            const upstream::OutboundRequest& request,
                                            const http::ResponseHead& head,
                                            usage::UsageOutcome outcome);
  boost::asio::awaitable<void> estimate(usage::UsageRecord& record,
                                        const upstream::OutboundRequest& request,
                                        std::optional<std::int64_t> generated_tokens);
  /// A stored response is known while its stream still runs: its client may already use it, and a crash must not
  /// forget it.
  void note_early(OpenIntent& intent, const operations::RequestTarget& target, bool background,
                  const usage::UsageOutcome& so_far);
  void note_objects(const usage::UsageRecord& record);
  boost::asio::awaitable<bool> make_durable(OpenIntent& intent);
  void note_times(usage::UsageRecord& record, const upstream::Answer& answer, const Relay& relay);
  void watch_client(config::OnClientAbort policy);
  void abort();
  bool keep_alive() const;

  RequestPipeline& pipeline_;
  ClientConnection client_;
  const http::RequestHead& head_;
  Uuid id_;
  UtcTime accepted_at_;
  SteadyTime started_;
  upstream::Interrupt interrupt_;
  Relay* relaying_ = nullptr;  ///< told when the client hangs up
  bool client_gone_ = false;
  bool body_read_ = false;
};

}  // namespace tollgate::proxy
