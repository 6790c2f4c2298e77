// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "control_plane.hpp"

#include <utility>

#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

std::vector<std::string> certificate_files(std::initializer_list<std::string> files) {
  std::vector<std::string> out;
  for (const std::string& file : files) {
    if (!file.empty()) out.push_back(file);
  }
  return out;
}

ControlPlane::ControlPlane() : busy_(context_.get_executor()), sweep_(context_) {}

Result<ControlTls> ControlTls::make(const config::Config& config) {
  const std::string& own = config.gateway.ca_certificates;
  Result<net::ClientTls> identity = net::ClientTls::make(certificate_files({own}));
  if (!identity) return identity.error();
  const auto& exporter = config.exporters.azure_monitor;
  Result<net::ClientTls> monitor =
      net::ClientTls::make(certificate_files({own, exporter ? exporter->ca_certificates : ""}));
  if (!monitor) return monitor.error();
  return ControlTls{std::move(*identity), std::move(*monitor), config.identity.egress_proxy,
                    config.gateway.egress_proxy};
}

Result<std::unique_ptr<ControlPlane>> ControlPlane::make(const config::Config& config) {
  Result<ControlTls> tls = ControlTls::make(config);
  if (!tls) return tls.error();
  std::unique_ptr<ControlPlane> control(new ControlPlane());
  control->identity_ = std::make_unique<http::ClientTransport>(
      std::move(tls->identity), control->sweep_, std::move(tls->identity_proxy));
  control->monitor_ = std::make_unique<http::ClientTransport>(
      std::move(tls->monitor), control->sweep_, std::move(tls->monitor_proxy));
  return control;
}

void ControlPlane::use(ControlTls tls) {
  identity_->use(std::move(tls.identity), std::move(tls.identity_proxy));
  monitor_->use(std::move(tls.monitor), std::move(tls.monitor_proxy));
}

Result<std::unique_ptr<http::ClientTransport>> ControlPlane::make_transport(
    const std::vector<std::string>& ca_files, std::optional<EgressProxy> proxy) {
  Result<net::ClientTls> tls = net::ClientTls::make(ca_files);
  if (!tls) return tls.error();
  return std::make_unique<http::ClientTransport>(std::move(*tls), sweep_, std::move(proxy));
}

void ControlPlane::start() {
  sweep_.start();
  thread_ = std::thread([this] {
    for (;;) {
      try {
        context_.run();
        return;
      } catch (const std::exception& exception) {
        telemetry::log::error("control.exception", {{"detail", exception.what()}});
      }
    }
  });
}

void ControlPlane::stop() {
  if (!thread_.joinable()) return;
  busy_.reset();
  context_.stop();
  thread_.join();
}

ControlPlane::~ControlPlane() { stop(); }

}  // namespace tollgate::app
