// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "refusal.hpp"
#include "tollgate/base/uuid.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/proxy/client_connection.hpp"
#include "tollgate/proxy/request_pipeline.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::proxy {

/// Answers one request with an error of the gateway's own.
class RefusalWriter {
 public:
  /// Everything given outlives the writer.
  RefusalWriter(const ClientConnection& client, const http::RequestHead& head, const Uuid& id,
                milliseconds write_timeout, telemetry::WorkerMetrics& metrics)
      : client_(client),
        head_(head),
        id_(id),
        write_timeout_(write_timeout),
        metrics_(metrics),
        body_read_(head.body.kind == http::Framing::none) {}

  /// From now on the connection may be kept after a refusal.
  void body_was_read() { body_read_ = true; }
  boost::asio::awaitable<Afterwards> write(Refusal refusal);

 private:
  const ClientConnection& client_;
  const http::RequestHead& head_;
  const Uuid& id_;
  milliseconds write_timeout_;
  telemetry::WorkerMetrics& metrics_;
  bool body_read_;
};

}  // namespace tollgate::proxy
