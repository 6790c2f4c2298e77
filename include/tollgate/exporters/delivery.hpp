// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/http/transport.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::exporters {

/// How delivery is going, for readiness and metrics.
struct DeliveryState {
  std::uint64_t failures = 0;
  std::uint64_t consecutive_failures = 0;
  std::string last_error;  ///< without secrets; empty after a success
  bool alarm = false;      ///< only an operator can help: role, rule, stream
};

/// Brings queued records to where they are wanted, oldest first, at least once, until stopped.
class Delivery {
 public:
  virtual ~Delivery() = default;
  /// Runs on the control executor until stop(), then tries once more what is queued, within `last_chance`.
  virtual boost::asio::awaitable<void> run(milliseconds last_chance) = 0;
  /// Control executor.
  virtual void stop() = 0;
  /// Any thread.
  virtual DeliveryState state() const = 0;
};

/// What an exporter works with; all of it outlives the delivery. The ledger's calls may block, so they are
/// made on `disk`; the rest runs on `control`.
struct DeliveryParts {
  ledger::Ledger& ledger;
  http::Transport& transport;
  credentials::TokenSource& tokens;
  boost::asio::any_io_executor control;
  boost::asio::any_io_executor disk;
};

/// The delivery to Azure Monitor (Logs Ingestion API).
std::unique_ptr<Delivery> make_azure_monitor_delivery(const config::AzureMonitor& settings,
                                                      const DeliveryParts& parts);

}  // namespace tollgate::exporters
