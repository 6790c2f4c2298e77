// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "delivery_slot.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// How an exporter's delivery is going.
struct NamedDelivery {
  std::string exporter;
  exporters::DeliveryStatus status;
};

/// What an operator is told of deliveries that fail; `what` goes to the exporter ("delivery").
void add_problems(const std::vector<NamedDelivery>& deliveries, const std::string& what,
                  std::vector<std::string>& out);

/// Adds how these deliveries go, and what waits for them, to each exporter's numbers.
void add_deliveries(const std::vector<NamedDelivery>& deliveries,
                    const std::vector<ledger::ExporterProgress>& progress,
                    std::vector<telemetry::ExporterGauges>& gauges);

/// One delivery for each exporter of the configuration. On the control thread but where it says
/// otherwise.
class DeliverySet {
 public:
  using Make = std::function<std::unique_ptr<exporters::Delivery>(const config::Exporter&)>;

  explicit DeliverySet(boost::asio::io_context& control) : control_(control) {}

  /// Takes these exporters into use: what is unchanged goes on (unless `all_anew`), what is gone
  /// ends.
  void use(const std::vector<config::Exporter>& exporters, bool all_anew, const Make& make);
  /// Once; those that come later start by themselves.
  void start();
  /// Ends them, each with a last chance for what is left.
  void stop();
  /// Whether all have ended within their last chance and this. Any thread, after stop() was asked
  /// for.
  bool wait_for(milliseconds limit);

  /// Of those in use, in the configuration's order.
  std::vector<NamedDelivery> status() const;

 private:
  struct Place {
    config::Exporter settings;
    bool in_use = true;
    std::unique_ptr<DeliverySlot> slot;
  };

  Place& place_of(const config::Exporter& exporter, bool& is_new);

  boost::asio::io_context& control_;
  std::vector<std::unique_ptr<Place>> places_;
  std::vector<Place*> order_;  ///< those in use
  bool started_ = false;
};

}  // namespace tollgate::app
