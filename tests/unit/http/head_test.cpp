// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/head.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::http {
namespace {

using Verdict = HeadScanner::Verdict;

TEST(HeadScanner, FindsTheEndInAnySplit) {
  const std::string text = "GET / HTTP/1.1\r\nHost: gw\r\n\r\nrest";
  const std::size_t end = text.size() - 4;
  for (std::size_t first = 0; first <= text.size(); ++first) {
    HeadScanner scanner;
    const Verdict half = scanner.scan(text.substr(0, first));
    EXPECT_EQ(half, first < end ? Verdict::more : Verdict::complete) << first;
    if (half == Verdict::more) {
      EXPECT_EQ(scanner.scan(text), Verdict::complete) << first;
    }
    EXPECT_EQ(scanner.length(), end);
  }
}

TEST(HeadScanner, RefusesBareLineFeedsAtOnce) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\nHost"), Verdict::refused);
  scanner.reset();
  EXPECT_EQ(scanner.scan("\n"), Verdict::refused);
  scanner.reset();
  EXPECT_EQ(scanner.scan("\r\nGET / HTTP/1.1\r\n"), Verdict::refused);
}

TEST(HopByHop, ListsTheStandardFields) {
  EXPECT_TRUE(is_hop_by_hop("Connection"));
  EXPECT_TRUE(is_hop_by_hop("TRANSFER-ENCODING"));
  EXPECT_FALSE(is_hop_by_hop("content-type"));
}

TEST(HopByHop, TakesNominationsButNotOfWhatMatters) {
  const std::vector<Field> fields{{"Connection", "close, X-Mine ,content-length, Authorization"}};
  EXPECT_TRUE(is_nominated_hop_by_hop(fields, "x-mine"));
  EXPECT_FALSE(is_nominated_hop_by_hop(fields, "x-other"));
  EXPECT_FALSE(is_nominated_hop_by_hop(fields, "content-length"));  // faults.md B12
  EXPECT_FALSE(is_nominated_hop_by_hop(fields, "authorization"));   // faults.md H17
}

}  // namespace
}  // namespace tollgate::http
