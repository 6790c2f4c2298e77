// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_time.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace tollgate::net {
namespace {

struct Free {
  void operator()(ASN1_TIME* time) const { ASN1_TIME_free(time); }
};

UtcTime read(const char* text) {
  const std::unique_ptr<ASN1_TIME, Free> time(ASN1_TIME_new());
  EXPECT_EQ(ASN1_TIME_set_string(time.get(), text), 1) << text;
  return certificate_time(time.get());
}

TEST(CertificateTime, IsTheTimeInUtc) {
  EXPECT_EQ(to_rfc3339(read("261129081500Z")), "2026-11-29T08:15:00.000000Z");
  EXPECT_EQ(to_rfc3339(read("20501231235959Z")), "2050-12-31T23:59:59.000000Z");
}

// It was taken for a time in 1816: such a certificate had expired.
TEST(CertificateTime, BeyondWhatCanBeToldIsTheLastThatCan) {
  EXPECT_GT(read("99991231235959Z"), UtcTime::max() - seconds(2));
  EXPECT_LT(read("00010101000000Z"), UtcTime::min() + seconds(2));
  EXPECT_EQ(certificate_time(nullptr), UtcTime());
}

}  // namespace
}  // namespace tollgate::net
