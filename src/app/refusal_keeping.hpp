// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include "delivery_set.hpp"
#include "refusal_tally.hpp"
#include "tollgate/exporters/make_exporters.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// Writes whom quotas refused into the ledger, and brings it to the exporters of usage records. On
/// the control thread but where it says otherwise.
class RefusalKeeping {
 public:
  /// All of it outlives the keeping. `disk`: where writing may block.
  RefusalKeeping(boost::asio::io_context& control, boost::asio::any_io_executor disk,
                 ledger::Ledger& ledger)
      : control_(control), disk_(std::move(disk)), ledger_(ledger), deliveries_(control) {}

  /// As DeliverySet::use.
  void use(const config::Config& config, const exporters::ExporterParts& parts, bool all_anew);
  /// Once, from any thread.
  void start() { deliveries_.start(); }
  void stop() { deliveries_.stop(); }
  /// Whether all has ended by then. Any thread, after stop() was asked for.
  bool wait_for(milliseconds limit) { return deliveries_.wait_for(limit); }

  /// Writes them soon; while that fails they wait here, and are written with the next.
  void add(const std::vector<usage::RefusalRow>& rows);
  /// Writes what is left. When neither the control thread nor the disk's run any more.
  void finish();

  /// A line for each delivery that fails.
  std::vector<std::string> problems() const;
  /// As CostKeeping::add_to.
  void add_to(std::vector<telemetry::ExporterGauges>& gauges,
              const std::vector<ledger::ExporterProgress>& progress) const {
    add_deliveries(deliveries_.status(), progress, gauges);
  }

 private:
  void write();
  void written(const std::vector<usage::RefusalRow>& rows, const Result<void>& done);

  boost::asio::io_context& control_;
  boost::asio::any_io_executor disk_;
  ledger::Ledger& ledger_;
  DeliverySet deliveries_;
  RefusalTally waiting_;
  bool writing_ = false;
  bool failing_ = false;  ///< the last write did, and that was told
};

}  // namespace tollgate::app
