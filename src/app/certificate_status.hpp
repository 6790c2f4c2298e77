// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// A listener that serves TLS, and when its certificate is good.
struct ListenerCertificate {
  std::string listener;  ///< its address, host:port
  net::Validity validity;
};

/// From this long before on it is told.
inline constexpr std::chrono::hours kExpiresSoon{14 * 24};

/// "host:port", as the configuration has it.
std::string address_of(const config::Listener& listener);

/// Of those that are not valid yet, have expired or will soon, a line each.
std::vector<std::string> validity_problems(const std::vector<ListenerCertificate>& certificates,
                                           UtcTime now);

std::vector<telemetry::CertificateGauges> certificate_gauges(
    const std::vector<ListenerCertificate>& certificates, UtcTime now);

}  // namespace tollgate::app
