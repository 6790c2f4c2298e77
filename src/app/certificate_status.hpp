// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// A listener that serves TLS, and when its certificate expires.
struct ListenerCertificate {
  std::string listener;  ///< its address, host:port
  UtcTime expires;
};

/// From this long before on it is told.
inline constexpr std::chrono::hours kExpiresSoon{14 * 24};

/// "host:port", as the configuration has it.
std::string address_of(const config::Listener& listener);

/// Of those that have expired or will soon, a line each.
std::vector<std::string> expiry_problems(const std::vector<ListenerCertificate>& certificates,
                                         UtcTime now);

std::vector<telemetry::CertificateGauges> certificate_gauges(
    const std::vector<ListenerCertificate>& certificates, UtcTime now);

}  // namespace tollgate::app
