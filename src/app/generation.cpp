// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "generation.hpp"

#include <utility>

#include "tollgate/config/price_file.hpp"
#include "tollgate/config/trusted_files.hpp"

namespace tollgate::app {

Generation::Generation(config::Config given, std::uint64_t its_number)
    : config(std::move(given)),
      number(its_number),
      pricer(new pricing::Pricer(config::make_pricer(config))) {}

Result<std::shared_ptr<Generation>> Generation::prepare(config::Config config, std::uint64_t number,
                                                        const GenerationParts& parts) {
  auto out = std::make_shared<Generation>(std::move(config), number);
  const Result<void> loaded = out->load_certificates(parts.control);
  if (!loaded) return loaded.error();
  if (out->config.objects.ownership == config::ObjectOwnership::sealed) {
    Result<std::unique_ptr<seals::Seals>> seals = seals::Seals::make(out->config);
    if (!seals) return seals.error();
    out->seals = std::move(*seals);
  }
  // Last: targets are enrolled for ever.
  out->routes.emplace(out->config, &parts.board);
  return out;
}

Result<void> Generation::load_certificates(ControlPlane& control) {
  Result<ControlTls> own = ControlTls::make(config);
  if (!own) return own.error();
  control_tls.emplace(std::move(*own));
  for (const config::Backend& backend : config.backends) {
    const auto files = config::trusted_files(config, backend.ca_certificates);
    Result<net::ClientTls> tls = net::ClientTls::make(files);
    if (!tls) return tls.error();
    auto transport = control.make_transport(files, backend.egress_proxy);
    if (!transport) return transport.error();
    backends.push_back({std::move(*tls), std::move(*transport), nullptr});
  }
  for (const config::Listener& listener : config.listeners) {
    listener_tls.emplace_back();
    if (!listener.tls) continue;
    Result<net::ServerTls> tls = net::ServerTls::make(
        listener.tls->certificate, listener.tls->private_key, listener.tls->client_certificates);
    if (!tls) return tls.error();
    listener_tls.back().emplace(std::move(*tls));
  }
  certificates = certificates_of(config);
  return {};
}

void Generation::complete(const GenerationParts& parts) {
  const credentials::TokenParts tokens{config.identity, parts.control.identity_transport(),
                                       parts.control.executor(), parts.tokens};
  for (std::size_t i = 0; i < backends.size(); ++i) {
    const config::Backend& backend = config.backends[i];
    backends[i].authorizer =
        credentials::make_authorizer(backend.credential, backend.scope, tokens);
  }
  authenticator = auth::make_authenticator(config, parts.keys);
}

}  // namespace tollgate::app
