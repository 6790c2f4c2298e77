// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_status.hpp"

namespace tollgate::app {

std::string address_of(const config::Listener& listener) {
  const bool v6 = listener.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + listener.host + "]" : listener.host;
  return host + ":" + std::to_string(listener.port);
}

std::vector<std::string> expiry_problems(const std::vector<ListenerCertificate>& certificates,
                                         UtcTime now) {
  std::vector<std::string> out;
  for (const ListenerCertificate& one : certificates) {
    if (one.expires > now + kExpiresSoon) continue;
    out.push_back("the certificate of the listener " + one.listener +
                  (one.expires > now ? " expires at " : " has expired at ") +
                  to_rfc3339(one.expires).substr(0, 19) + "Z");
  }
  return out;
}

std::vector<telemetry::CertificateGauges> certificate_gauges(
    const std::vector<ListenerCertificate>& certificates, UtcTime now) {
  std::vector<telemetry::CertificateGauges> out;
  out.reserve(certificates.size());
  for (const ListenerCertificate& one : certificates) {
    out.push_back({one.listener, std::chrono::duration<double>(one.expires - now).count()});
  }
  return out;
}

}  // namespace tollgate::app
