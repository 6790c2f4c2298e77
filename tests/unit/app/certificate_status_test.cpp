// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_status.hpp"

#include <gtest/gtest.h>

namespace tollgate::app {
namespace {

const UtcTime kNow = *from_rfc3339("2026-11-28T20:30:00Z");

ListenerCertificate valid_until(const char* listener, UtcTime end) {
  return {listener, {kNow - std::chrono::hours(24), end}};
}

TEST(CertificateStatus, TellsOfWhatIsNotValidYet) {
  const UtcTime end = kNow + std::chrono::hours(1000);
  const std::vector<ListenerCertificate> all{{"0.0.0.0:1", {kNow, end}},
                                             {"0.0.0.0:2", {kNow + seconds(1), end}}};
  EXPECT_EQ(validity_problems(all, kNow),
            (std::vector<std::string>{"the certificate of the listener 0.0.0.0:2 is not valid "
                                      "before 2026-11-28T20:30:01Z"}));
}

TEST(CertificateStatus, TellsOfWhatExpiresSoonOrHas) {
  const std::vector<ListenerCertificate> all{
      valid_until("0.0.0.0:1", kNow + std::chrono::hours(14 * 24 + 1)),
      valid_until("0.0.0.0:2", kNow + std::chrono::hours(14 * 24)),
      valid_until("0.0.0.0:3", kNow - seconds(1))};
  EXPECT_EQ(validity_problems(all, kNow),
            (std::vector<std::string>{
                "the certificate of the listener 0.0.0.0:2 expires at 2026-12-12T20:30:00Z",
                "the certificate of the listener 0.0.0.0:3 has expired at 2026-11-28T20:29:59Z"}));
  const auto gauges = certificate_gauges(all, kNow);
  ASSERT_EQ(gauges.size(), 3U);
  EXPECT_EQ(gauges[1].listener, "0.0.0.0:2");
  EXPECT_EQ(gauges[1].expires_in_seconds, 14 * 86400);
  EXPECT_EQ(gauges[2].expires_in_seconds, -1);
}

}  // namespace
}  // namespace tollgate::app
