// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/time.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

TEST(Rfc3339, WritesAndReadsBack) {
  const UtcTime time = from_unix_micros(1'790'000'000'123'456);
  EXPECT_EQ(to_rfc3339(time), "2026-09-21T14:13:20.123456Z");
  EXPECT_EQ(from_rfc3339("2026-09-21T14:13:20.123456Z"), time);
  EXPECT_EQ(to_unix_micros(time), 1'790'000'000'123'456);
}

TEST(Rfc3339, ReadsShortFractionsAndNone) {
  EXPECT_EQ(from_rfc3339("1970-01-01T00:00:01Z"), from_unix_micros(1'000'000));
  EXPECT_EQ(from_rfc3339("1970-01-01T00:00:01.5Z"), from_unix_micros(1'500'000));
}

TEST(Rfc3339, RefusesTheRest) {
  for (const char* text :
       {"", "2026-09-21", "2026-09-21T14:13:20", "2026-13-21T14:13:20Z", "2026-02-30T14:13:20Z",
        "2026-09-21T24:13:20Z", "2026-09-21T14:13:20.Z", "2026-09-21T14:13:20.12x4Z",
        "2026-09-21 14:13:20Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z"}) {
    EXPECT_FALSE(from_rfc3339(text)) << text;
  }
}

TEST(HttpDate, ReadsTheFixedForm) {
  EXPECT_EQ(from_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), from_rfc3339("1994-11-06T08:49:37Z"));
  EXPECT_FALSE(from_http_date("Sunday, 06-Nov-94 08:49:37 GMT"));
  EXPECT_FALSE(from_http_date("Sun, 06 Nov 1994 08:49:37 UTC"));
  EXPECT_FALSE(from_http_date("Sun, 31 Feb 1994 08:49:37 GMT"));
  EXPECT_FALSE(from_http_date("Fri, 31 Dec 9999 23:59:59 GMT"));  // beyond UtcTime
}

}  // namespace
}  // namespace tollgate
