// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "delivery_set.hpp"
#include "tollgate/allocation/hour_closer.hpp"
#include "tollgate/exporters/make_exporters.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// What records cost in the end: closes hours of capacity, and brings adjustments of costs to the
/// exporters of usage records. On the control thread but where it says otherwise.
class CostKeeping {
 public:
  /// All of it outlives the keeping.
  struct Parts {
    boost::asio::io_context& control;
    boost::asio::any_io_executor disk;  ///< deliveries'
    ledger::Ledger& ledger;
    const config::Config& config;  ///< of the start: the ledger's path, the gateway's name
  };
  explicit CostKeeping(const Parts& parts);
  ~CostKeeping() { sharing_.join(); }  // what runs there uses the closer
  CostKeeping(const CostKeeping&) = delete;
  CostKeeping& operator=(const CostKeeping&) = delete;

  /// As DeliverySet::use, and from now on by these prices.
  void use(const config::Config& config, std::shared_ptr<const pricing::Pricer> pricer,
           const exporters::ExporterParts& parts, bool all_anew);
  /// Once, from any thread.
  void start();
  void stop();
  /// Whether all has ended by then. Any thread, after stop() was asked for.
  bool wait_for(milliseconds limit);

  /// A line for each delivery that fails.
  std::vector<std::string> problems() const;
  /// Adds what waits here, and how it goes, to the numbers of each exporter's records.
  void add_to(std::vector<telemetry::ExporterGauges>& gauges,
              const std::vector<ledger::ExporterProgress>& progress) const;

 private:
  boost::asio::io_context& control_;
  boost::asio::any_io_executor disk_;
  ledger::Ledger& ledger_;
  DeliverySet deliveries_;
  /// Sharing out a busy hour takes seconds: nobody else waits behind it.
  boost::asio::thread_pool sharing_{1};
  std::unique_ptr<allocation::HourCloser> closer_;
};

}  // namespace tollgate::app
