// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_status.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "net/tls_pair.hpp"

namespace tollgate::app {
namespace {

const UtcTime kNow = *from_rfc3339("2026-11-28T20:30:00Z");

CertificateInUse shown(const std::string& listener, UtcTime begins, UtcTime expires) {
  return {"the certificate CN=a of the listener " + listener, {begins, expires}, listener, "", 0};
}
CertificateInUse valid_until(const std::string& listener, UtcTime end) {
  return shown(listener, kNow - std::chrono::hours(24), end);
}

TEST(CertificateStatus, TellsOfWhatIsNotValidYet) {
  const UtcTime end = kNow + std::chrono::hours(1000);
  CertificateInUse authority = shown("", kNow + seconds(1), end);
  authority.what = "the certificate CN=ca in ca.pem (gateway.ca_certificates)";
  const std::vector<CertificateInUse> all{shown("0.0.0.0:1", kNow, end),
                                          shown("0.0.0.0:2", kNow + seconds(1), end), authority};
  EXPECT_EQ(validity_problems(all, kNow),
            (std::vector<std::string>{"the certificate CN=a of the listener 0.0.0.0:2 is not "
                                      "valid before 2026-11-28T20:30:01Z",
                                      "the certificate CN=ca in ca.pem (gateway.ca_certificates) "
                                      "is not valid before 2026-11-28T20:30:01Z"}));
  EXPECT_EQ(certificate_gauges(all, kNow).size(), 2U) << "of listeners alone";
}

TEST(CertificateStatus, TellsOfWhatExpiresSoonOrHas) {
  const std::vector<CertificateInUse> all{
      valid_until("0.0.0.0:1", kNow + std::chrono::hours(14 * 24 + 1)),
      valid_until("0.0.0.0:2", kNow + std::chrono::hours(14 * 24)),
      valid_until("0.0.0.0:2", kNow + std::chrono::hours(15 * 24)),
      valid_until("0.0.0.0:3", kNow - seconds(1))};
  const std::string which = "the certificate CN=a of the listener 0.0.0.0:";
  EXPECT_EQ(validity_problems(all, kNow),
            (std::vector<std::string>{which + "2 expires at 2026-12-12T20:30:00Z",
                                      which + "3 has expired at 2026-11-28T20:29:59Z"}));
  const auto gauges = certificate_gauges(all, kNow);
  ASSERT_EQ(gauges.size(), 3U);
  EXPECT_EQ(gauges[1].listener, "0.0.0.0:2");
  EXPECT_EQ(gauges[1].expires_in_seconds, 14 * 86400) << "of its own and its chain the first";
  EXPECT_EQ(gauges[2].expires_in_seconds, -1);
}

TEST(CertificateStatus, NamesWhichOfAChainAndWhatTrustsOthers) {
  const simulator::CertificateAuthority authority;
  simulator::CertificateSpec spec;
  spec.common_name = "gate";
  const auto issued = authority.issue(spec);
  const net::TextFile chain(issued.chain_pem() + authority.certificate_pem());
  const net::TextFile root(authority.certificate_pem());
  config::Config config;
  config::Listener& listener = config.listeners.emplace_back();
  listener.host = "::1";
  listener.port = 8443;
  listener.line = 3;
  listener.tls.emplace();
  listener.tls->certificate = chain.path();
  listener.tls->client_certificates = config.gateway.ca_certificates = root.path();
  const std::vector<CertificateInUse> all = certificates_of(config);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].what, "the certificate CN=gate of the listener [::1]:8443");
  EXPECT_TRUE(all[1].what.ends_with(" in the chain of the listener [::1]:8443")) << all[1].what;
  EXPECT_EQ(all[1].setting, "listeners[[::1]:8443].tls.certificate");
  EXPECT_EQ(all[1].line, 3);
  const std::string setting = "listeners[[::1]:8443].tls.client_certificates";
  EXPECT_TRUE(all[2].what.ends_with(" in " + root.path() + " (" + setting + ")")) << all[2].what;
  EXPECT_EQ(all[2].listener, "");
}

}  // namespace
}  // namespace tollgate::app
