// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "cost_keeping.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tollgate/exporters/adjustment_source.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

CostKeeping::CostKeeping(const Parts& parts)
    : control_(parts.control),
      disk_(parts.disk),
      ledger_(parts.ledger),
      deliveries_(parts.control),
      closer_(allocation::make_hour_closer({parts.ledger, parts.config.ledger.path,
                                            parts.config.gateway.name, parts.control.get_executor(),
                                            sharing_.get_executor(), nullptr})) {}

void CostKeeping::use(const config::Config& config, std::shared_ptr<const pricing::Pricer> pricer,
                      const exporters::ExporterParts& parts, bool all_anew) {
  closer_->use(std::move(pricer));
  deliveries_.use(config.exporters, all_anew, [&](const config::Exporter& exporter) {
    return exporters::make_delivery(
        exporter.name, exporter.flush_interval(),
        exporters::make_exporter(exporters::for_adjustments(exporter), parts),
        exporters::make_adjustment_source(ledger_.adjustments(), exporter.name),
        {control_.get_executor(), disk_, disk_});
  });
}

void CostKeeping::start() {
  deliveries_.start();
  asio::co_spawn(control_, closer_->run(), asio::detached);
}

void CostKeeping::stop() {
  closer_->stop();
  deliveries_.stop();
}

bool CostKeeping::wait_for(milliseconds limit) {
  sharing_.join();
  return deliveries_.wait_for(limit);
}

std::vector<std::string> CostKeeping::problems() const {
  std::vector<std::string> out;
  add_problems(deliveries_.status(), "delivery of adjustments", out);
  return out;
}

void CostKeeping::add_to(std::vector<telemetry::ExporterGauges>& gauges,
                         const std::vector<ledger::ExporterProgress>& progress) const {
  add_deliveries(deliveries_.status(), progress, gauges);
}

}  // namespace tollgate::app
