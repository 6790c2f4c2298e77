// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "control_plane.hpp"

#include <utility>

#include "exporters_in_use.hpp"
#include "tollgate/config/trusted_files.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

ControlPlane::ControlPlane() : busy_(context_.get_executor()), sweep_(context_) {}

Result<ControlTls> ControlTls::make(const config::Config& config) {
  Result<net::ClientTls> identity = net::ClientTls::make(config::trusted_files(config));
  if (!identity) return identity.error();
  ControlTls out{
      std::move(*identity), {}, config.identity.egress_proxy, config.gateway.egress_proxy};
  for (const ExporterInUse& exporter : exporters_in_use(config)) {
    Result<net::ClientTls> tls =
        net::ClientTls::make(config::trusted_files(config, exporter.certificates));
    if (!tls) return tls.error();
    out.exporters.emplace(exporter.transport, std::move(*tls));
  }
  return out;
}

Result<std::unique_ptr<ControlPlane>> ControlPlane::make(const config::Config& config) {
  Result<ControlTls> tls = ControlTls::make(config);
  if (!tls) return tls.error();
  std::unique_ptr<ControlPlane> control(new ControlPlane());
  control->identity_ = std::make_unique<http::ClientTransport>(
      std::move(tls->identity), control->sweep_, std::move(tls->identity_proxy));
  control->use_exporters(std::move(tls->exporters), tls->exporters_proxy);
  return control;
}

void ControlPlane::use(ControlTls tls) {
  identity_->use(std::move(tls.identity), std::move(tls.identity_proxy));
  use_exporters(std::move(tls.exporters), tls.exporters_proxy);
}

void ControlPlane::use_exporters(std::map<std::string, net::ClientTls>&& exporters,
                                 const std::optional<EgressProxy>& proxy) {
  for (auto& [name, tls] : exporters) {
    std::unique_ptr<http::ClientTransport>& transport = exporters_[name];
    if (transport) {
      transport->use(std::move(tls), proxy);
    } else {
      transport = std::make_unique<http::ClientTransport>(std::move(tls), sweep_, proxy);
    }
  }
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
