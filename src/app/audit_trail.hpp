// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include "delivery_set.hpp"
#include "delivery_slot.hpp"
#include "tollgate/capture/recorder.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/exporters/make_exporters.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// The audit trail in a gateway: what records it, and what delivers its rows. There is none until
/// a configuration keeps anything of anybody's exchanges; from then on there is. On the control
/// thread but where it says otherwise.
class AuditTrail {
 public:
  /// `disk` is for exporters that block, and for reading the ledger; nothing of the ledger's own
  /// waits for it.
  AuditTrail(boost::asio::io_context& control, boost::asio::any_io_executor disk,
             ledger::Ledger& ledger)
      : ledger_(ledger),
        deliveries_(control),
        check_(control),
        control_(control),
        disk_(std::move(disk)) {}

  /// Opens the trail where the configuration wants one, or takes its settings on. Errors: as
  /// Recorder::open; nothing has changed then. Any thread, one at a time: before use().
  Result<void> prepare(const config::Config& config);
  /// Makes the deliveries follow the configuration's exporters.
  void use(const config::Config& config, const exporters::ExporterParts& parts, bool all_anew);
  void start();
  /// The ledger's exporter that sees to it that the trail is whole; there is one if there is a
  /// trail.
  std::optional<ledger::ExporterTerms> check_terms() const;

  /// Any thread: stores what waits and ends the deliveries, within so long. The workers have ended.
  void stop(milliseconds patience);

  /// Null: there is none. Any thread, once prepare() has returned.
  capture::Recorder* recorder() const { return in_use_.load(std::memory_order_acquire); }
  /// What an operator must know.
  std::vector<std::string> problems() const;
  /// nullopt: there is none.
  std::optional<telemetry::AuditGauges> gauges() const;

 private:
  void serve(const std::vector<config::Exporter>& exporters);
  void warn_of_checkpoints(const config::AuditCheckpoints& settings);

  ledger::Ledger& ledger_;
  std::unique_ptr<capture::Recorder> recorder_;
  std::atomic<capture::Recorder*> in_use_{nullptr};  ///< the same, for other threads
  DeliverySet deliveries_;
  DeliverySlot check_;
  boost::asio::io_context& control_;
  boost::asio::any_io_executor disk_;
};

}  // namespace tollgate::app
