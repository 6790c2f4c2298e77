// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/certificate_file.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tls_pair.hpp"

namespace tollgate::net {
namespace {

using simulator::CertificateAuthority;
using simulator::CertificateSpec;

TEST(CertificateFile, HasItsCertificatesInTheirOrderEachWithItsOwnTime) {
  const auto now = std::chrono::system_clock::now();
  const CertificateAuthority authority;
  CertificateSpec spec;
  spec.common_name = "gate, 1";
  spec.valid_from = 60;
  spec.valid_until = 3600;
  const auto issued = authority.issue(spec);
  const TextFile chain(issued.chain_pem() + authority.certificate_pem());
  const auto found = certificates_in(chain.path());
  ASSERT_GE(found.size(), 2U);
  const auto in_seconds = [&](UtcTime time) {
    return static_cast<double>(std::chrono::duration_cast<seconds>(time - now).count());
  };
  EXPECT_EQ(found[0].subject, "CN=gate\\, 1");
  EXPECT_NEAR(in_seconds(found[0].validity.begins), 60, 30);
  EXPECT_NEAR(in_seconds(found[0].validity.expires), 3600, 30);
  EXPECT_NE(found[1].subject, found[0].subject);
  EXPECT_LT(in_seconds(found[1].validity.begins), 0);
  EXPECT_GT(in_seconds(found[1].validity.expires), 3600 * 2);
}

TEST(CertificateFile, WithoutCertificatesHasNone) {
  const TextFile text("no certificate");
  EXPECT_TRUE(certificates_in(text.path()).empty());
  EXPECT_TRUE(certificates_in(text.path() + ".missing").empty());
}

}  // namespace
}  // namespace tollgate::net
