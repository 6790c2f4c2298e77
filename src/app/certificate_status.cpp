// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_status.hpp"

namespace tollgate::app {

std::string address_of(const config::Listener& listener) {
  const bool v6 = listener.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + listener.host + "]" : listener.host;
  return host + ":" + std::to_string(listener.port);
}

std::vector<std::string> validity_problems(const std::vector<ListenerCertificate>& certificates,
                                           UtcTime now) {
  std::vector<std::string> out;
  const auto tell = [&out](const ListenerCertificate& one, const char* what, UtcTime when) {
    out.push_back("the certificate of the listener " + one.listener + what +
                  to_rfc3339(when).substr(0, 19) + "Z");
  };
  for (const ListenerCertificate& one : certificates) {
    const auto& [begins, expires] = one.validity;
    if (begins > now) tell(one, " is not valid before ", begins);
    if (expires > now + kExpiresSoon) continue;
    tell(one, expires > now ? " expires at " : " has expired at ", expires);
  }
  return out;
}

std::vector<telemetry::CertificateGauges> certificate_gauges(
    const std::vector<ListenerCertificate>& certificates, UtcTime now) {
  std::vector<telemetry::CertificateGauges> out;
  out.reserve(certificates.size());
  for (const ListenerCertificate& one : certificates) {
    out.push_back(
        {one.listener, std::chrono::duration<double>(one.validity.expires - now).count()});
  }
  return out;
}

}  // namespace tollgate::app
