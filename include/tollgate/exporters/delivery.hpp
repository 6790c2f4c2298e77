// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/base/time.hpp"
#include "tollgate/exporters/exporter.hpp"

namespace tollgate::exporters {

/// How delivery is going, for readiness and metrics; how far it has come the ledger knows.
struct DeliveryStatus {
  std::uint64_t delivered = 0;  ///< rows that the destination has accepted since the start
  std::uint64_t failures = 0;
  std::uint64_t consecutive_failures = 0;
  std::string last_error;  ///< without secrets; empty after a success
  bool alarm = false;      ///< only an operator can help: role, rule, stream, disk
};

/// Brings a source's rows to one destination, in their order, at least once, until stopped.
class Delivery {
 public:
  virtual ~Delivery() = default;
  /// Runs on the control executor until stop(), then tries once more what is left, within
  /// `last_chance`.
  virtual boost::asio::awaitable<void> run(milliseconds last_chance) = 0;
  /// Control executor.
  virtual void stop() = 0;
  /// Any thread.
  virtual DeliveryStatus status() const = 0;
};

/// What a delivery works with; all of it outlives the delivery. Calls of its source may block, and
/// so may exporters: the source is asked on `source`, exporters that block run on `disk`, the rest
/// on `control`.
struct DeliveryParts {
  boost::asio::any_io_executor control;
  boost::asio::any_io_executor disk;
  boost::asio::any_io_executor source;
};

/// `name` is the exporter's cursor in the ledger; `flush_interval` the longest a record waits for
/// its batch to fill.
std::unique_ptr<Delivery> make_delivery(std::string name, milliseconds flush_interval,
                                        std::unique_ptr<Exporter> exporter,
                                        std::unique_ptr<DeliverySource> source,
                                        DeliveryParts parts);

}  // namespace tollgate::exporters
