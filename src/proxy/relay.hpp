// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "answer_ids.hpp"
#include "response_writer.hpp"
#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/capture/capture.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/body_reader.hpp"
#include "tollgate/net/byte_stream.hpp"
#include "tollgate/proxy/request_pipeline.hpp"
#include "tollgate/upstream/upstream.hpp"
#include "tollgate/usage/usage_meter.hpp"
#include "tollgate/usage/usage_stripper.hpp"

namespace tollgate::proxy {

struct RelayOptions {
  usage::BodyShape shape = usage::BodyShape::opaque;  ///< of the answer
  usage::MeterOptions meter;
  capture::Capture* capture = nullptr;  ///< also reads the answer; null: nobody does
  bool strip_usage = false;             ///< take an injected include_usage out of the stream again
  AnswerIds* ids = nullptr;             ///< seals those of the answer; null: they stay
  bool keep_alive = true;               ///< what the client is told about its connection
  int client_minor_version = 1;
  std::string_view
      answer_lines{};  ///< whole header lines of the gateway's own; they outlive the relay
  std::string_view rate_lines{};  ///< likewise, of limits (rate_fields.hpp)
  config::BackendTimeouts timeouts;
  milliseconds client_write{60'000};
};

/// How the backend's answer ended.
enum class RelayEnd {
  complete,         ///< as framed
  upstream_broken,  ///< reset, malformed, or closed before its end
  upstream_timeout,
  cancelled,  ///< the client went and nobody reads on, or the gateway stops
};

/// Passes one answer to the client as it arrives, then reads it (the meter comes after the write).
/// Its last piece is held back: pump() returns when only that is left, so that the record can be
/// made durable before the client sees the end (promise 2); finish() then sends it. When the client
/// leaves, what is left is read on within bounds, or not, as the cancellation says; when the
/// gateway stops, pump() ends at once.
class Relay : private Cancellation::Watcher {
 public:
  /// Everything given outlives the relay.
  Relay(upstream::Answer& answer, net::ByteStream& client, Cancellation& cancellation,
        RelayOptions options);

  /// Calls `known` once, as soon as the answer has told its id; set before pump().
  void on_identity(std::function<void(const usage::UsageOutcome&)> known) {
    on_identity_ = std::move(known);
  }
  boost::asio::awaitable<void> pump();
  /// Sends the last piece. `keep`: another request may follow, as far as this answer decides it.
  boost::asio::awaitable<Afterwards> finish();

  /// How the pumping ended.
  RelayEnd end() const { return end_; }
  /// What the meter found in what came. Once, after pump().
  usage::UsageOutcome finish_metering() { return meter_.finish(end_ == RelayEnd::complete); }
  bool client_is_gone() const { return client_gone_; }
  /// It went before every byte of the body had been sent to it. One that hangs up upon a stream's
  /// last event, before the end of the chunks, has missed nothing.
  bool client_missed_some() const {
    return client_gone_ && (missed_ || held_back_ > 0 || !head_sent_);
  }

  /// The backend's framing ended cleanly: its connection may carry another exchange.
  bool upstream_reusable() const;
  std::int64_t response_bytes() const { return response_bytes_; }
  bool head_sent() const { return head_sent_; }
  std::optional<SteadyTime> first_byte_at() const { return first_byte_at_; }

 private:
  boost::asio::awaitable<RelayEnd> pump_pieces();
  boost::asio::awaitable<Result<std::string_view>> next_payload();
  boost::asio::awaitable<void> send(std::string_view payload);
  void stage(std::string_view payload);
  /// What the answer is coded in does not unfold.
  bool is_broken() const { return seals() && options_.ids->broken(); }
  bool seals() const { return options_.ids != nullptr && options_.ids->edits(); }
  void note_sent();
  bool client_reusable() const {
    return options_.keep_alive && framing_ != ClientFraming::until_close;
  }
  void read(std::string_view payload);
  void on_change() override;
  void client_gone();
  RelayEnd end_for(const Error& error) const;
  bool drained_enough() const;

  upstream::Answer& answer_;
  net::ByteStream& client_;
  Cancellation& cancellation_;
  RelayOptions options_;
  usage::UsageMeter meter_;
  ClientFraming framing_;
  http::BodyReader reader_;
  usage::UsageStripper stripper_;
  std::unique_ptr<char[]> buffer_;  ///< made when more comes than arrived with the head
  char* wire_ = nullptr;            ///< bytes from the backend, decoded in place
  std::string out_;                 ///< framed bytes for the client, the head first
  std::string stripped_;
  std::string sealed_;
  bool first_piece_ = true;
  bool extra_bytes_ = false;  ///< the backend sent more than its message
  bool pumping_ = true;       ///< the backend's connection is this relay's
  RelayEnd end_ = RelayEnd::cancelled;
  bool client_gone_ = false;
  bool missed_ = false;        ///< payload came after the client had gone, or could not be written
  std::size_t held_back_ = 0;  ///< payload of the last piece, until finish() sends it
  bool head_sent_ = false;
  std::function<void(const usage::UsageOutcome&)> on_identity_;
  std::int64_t response_bytes_ = 0;
  std::int64_t drained_bytes_ = 0;
  SteadyTime drain_until_ = SteadyTime::max();
  std::optional<SteadyTime> first_byte_at_;
};

}  // namespace tollgate::proxy
