// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_files.hpp"

#include <utility>

#include "exporters_in_use.hpp"
#include "tollgate/exporters/make_exporters.hpp"

namespace tollgate::app {
namespace {

class NamedFiles {
 public:
  void add(CertificateFile file) {
    if (!file.path.empty()) out_.push_back(std::move(file));
  }

  void add(const config::Listener& listener) {
    if (!listener.tls) return;
    const std::string setting = "listeners[" + address_of(listener) + "].tls.";
    const auto one = [&](FileUse use, const std::string& path, const char* key) {
      add({use, path, setting + key, listener.line, &listener});
    };
    one(FileUse::shown, listener.tls->certificate, "certificate");
    one(FileUse::key, listener.tls->private_key, "private_key");
    one(FileUse::authorities, listener.tls->client_certificates, "client_certificates");
  }

  /// `owner`: the path of what has the setting `credential`.
  void add(const config::Credential& credential, const std::string& owner, int line,
           const config::Identity& identity) {
    if (const auto* own = std::get_if<config::ClientCertificateCredential>(&credential)) {
      add({FileUse::credential, own->certificate,
           owner + ".credential.client_certificate.certificate", line});
    }
    if (!std::holds_alternative<config::DefaultCredential>(credential) || !identity.default_choice)
      return;
    if (const auto* host = std::get_if<config::ClientCertificateCredential>(
            &identity.default_choice->credential)) {
      add({FileUse::credential, host->certificate, "AZURE_CLIENT_CERTIFICATE_PATH", line});
    }
  }

  void add(const std::vector<config::Exporter>& exporters, const std::string& list,
           const config::Identity& identity) {
    for (const config::Exporter& one : exporters) {
      const std::string owner =
          list + "[" + one.name + "]." + std::string(exporters::kind_name(one));
      std::visit(
          [&](const auto& kind) {
            if constexpr (requires { kind.credential; })
              add(kind.credential, owner, one.line, identity);
          },
          one.kind);
    }
  }

  std::vector<CertificateFile> take() { return std::move(out_); }

 private:
  std::vector<CertificateFile> out_;
};

}  // namespace

std::string address_of(const config::Listener& listener) {
  const bool v6 = listener.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + listener.host + "]" : listener.host;
  return host + ":" + std::to_string(listener.port);
}

std::vector<CertificateFile> certificate_files(const config::Config& config) {
  NamedFiles files;
  for (const config::Listener& listener : config.listeners) files.add(listener);
  files.add({FileUse::authorities, config.gateway.ca_certificates, "gateway.ca_certificates"});
  for (const config::Backend& backend : config.backends) {
    files.add({FileUse::authorities, backend.ca_certificates,
               "backends[" + backend.name + "].ca_certificates", backend.line});
  }
  for (const ExporterInUse& exporter : exporters_in_use(config)) {
    files.add(
        {FileUse::authorities, exporter.certificates, exporter.setting, exporter.settings->line});
  }
  if (const auto& redactor = config.audit.redaction.external) {
    files.add({FileUse::authorities, redactor->ca_certificates,
               "audit.redaction.external.ca_certificates"});
  }
  for (const config::Backend& backend : config.backends) {
    files.add(backend.credential, "backends[" + backend.name + "]", backend.line, config.identity);
  }
  if (const auto& store = config.quotas.store) {
    files.add(
        {FileUse::authorities, store->ca_certificates, "quotas.store.redis.tls.ca_certificates"});
    if (store->credential) files.add(*store->credential, "quotas.store.redis", 0, config.identity);
  }
  files.add(config.exporters, "exporters", config.identity);
  files.add(config.audit.exporters, "audit.exporters", config.identity);
  return files.take();
}

}  // namespace tollgate::app
