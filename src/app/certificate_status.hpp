// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/net/certificate_file.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// A certificate out of a file that the configuration names.
struct CertificateInUse {
  std::string what;  ///< which: "the certificate CN=a of the listener 0.0.0.0:8443"
  net::Validity validity;
  /// host:port of the listener that shows it, its own or one of its chain; empty: none does.
  std::string listener;
  std::string setting;  ///< what names the file
  int line = 0;         ///< of what the setting belongs to
};

/// From this long before on it is told.
inline constexpr std::chrono::hours kExpiresSoon{14 * 24};

/// All of them; each file once but for those that listeners show. Reads the files.
std::vector<CertificateInUse> certificates_of(const config::Config& config);

/// Of one that is not valid yet, has expired or will soon, a line; empty: nothing.
std::string validity_problem(const CertificateInUse& certificate, UtcTime now);
/// Of all such a line each.
std::vector<std::string> validity_problems(const std::vector<CertificateInUse>& certificates,
                                           UtcTime now);

/// One for each listener: when the first of those that it shows expires.
std::vector<telemetry::CertificateGauges> certificate_gauges(
    const std::vector<CertificateInUse>& certificates, UtcTime now);

}  // namespace tollgate::app
