// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_status.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "exporters_in_use.hpp"

namespace tollgate::app {
namespace {

std::string named(const net::CertificateInFile& one) {
  return "the certificate " + (one.subject.empty() ? "without a subject" : one.subject);
}

void add_shown(const config::Listener& listener, std::vector<CertificateInUse>& out) {
  const std::string address = address_of(listener);
  const char* part = " of the listener ";
  for (const net::CertificateInFile& one : net::certificates_in(listener.tls->certificate)) {
    out.push_back({named(one) + part + address, one.validity, address,
                   "listeners[" + address + "].tls.certificate", listener.line});
    part = " in the chain of the listener ";
  }
}

/// Authorities by which others are trusted.
class Authorities {
 public:
  explicit Authorities(std::vector<CertificateInUse>& out) : out_(out) {}

  void add(const std::string& file, const std::string& setting, int line) {
    if (!seen_.insert(file).second) return;
    for (const net::CertificateInFile& one : net::certificates_in(file)) {
      std::string what = named(one);
      what.append(" in ").append(file).append(" (").append(setting).append(")");
      out_.push_back({std::move(what), one.validity, "", setting, line});
    }
  }

 private:
  std::vector<CertificateInUse>& out_;
  std::set<std::string> seen_{""};
};

std::string at(UtcTime time) { return to_rfc3339(time).substr(0, 19) + "Z"; }

}  // namespace

std::string address_of(const config::Listener& listener) {
  const bool v6 = listener.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + listener.host + "]" : listener.host;
  return host + ":" + std::to_string(listener.port);
}

std::vector<CertificateInUse> certificates_of(const config::Config& config) {
  std::vector<CertificateInUse> out;
  Authorities authorities(out);
  for (const config::Listener& listener : config.listeners) {
    if (!listener.tls) continue;
    add_shown(listener, out);
    authorities.add(listener.tls->client_certificates,
                    "listeners[" + address_of(listener) + "].tls.client_certificates",
                    listener.line);
  }
  authorities.add(config.gateway.ca_certificates, "gateway.ca_certificates", 0);
  for (const config::Backend& backend : config.backends) {
    authorities.add(backend.ca_certificates, "backends[" + backend.name + "].ca_certificates",
                    backend.line);
  }
  for (const ExporterInUse& exporter : exporters_in_use(config))
    authorities.add(exporter.certificates, exporter.setting, exporter.settings->line);
  if (const auto& redactor = config.audit.redaction.external)
    authorities.add(redactor->ca_certificates, "audit.redaction.external.ca_certificates", 0);
  return out;
}

std::string validity_problem(const CertificateInUse& certificate, UtcTime now) {
  const auto& [begins, expires] = certificate.validity;
  if (expires <= now) return certificate.what + " has expired at " + at(expires);
  if (begins > now) return certificate.what + " is not valid before " + at(begins);
  if (expires <= now + kExpiresSoon) return certificate.what + " expires at " + at(expires);
  return {};
}

std::vector<std::string> validity_problems(const std::vector<CertificateInUse>& certificates,
                                           UtcTime now) {
  std::vector<std::string> out;
  for (const CertificateInUse& one : certificates) {
    if (std::string problem = validity_problem(one, now); !problem.empty())
      out.push_back(std::move(problem));
  }
  return out;
}

std::vector<telemetry::CertificateGauges> certificate_gauges(
    const std::vector<CertificateInUse>& certificates, UtcTime now) {
  std::map<std::string, UtcTime> first;
  for (const CertificateInUse& one : certificates) {
    if (one.listener.empty()) continue;
    const auto [known, fresh] = first.emplace(one.listener, one.validity.expires);
    if (!fresh) known->second = std::min(known->second, one.validity.expires);
  }
  std::vector<telemetry::CertificateGauges> out;
  out.reserve(first.size());
  for (const auto& [listener, expires] : first)
    out.push_back({listener, std::chrono::duration<double>(expires - now).count()});
  return out;
}

}  // namespace tollgate::app
