// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "query.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::operations {
namespace {

using Values = std::vector<std::string>;

TEST(ReadQuery, KeepsWhatSdksSend) {
  for (const char* query : {"include%5B%5D=file_search_call.results", "metadata%5Bk%5D=v&limit=2",
                            "include[]=x", "a+b=1", "x", "=", "x=%zz"}) {
    const Result<Query> read = read_query(query);
    ASSERT_TRUE(read) << query;
    EXPECT_EQ(read->forwarded, query);
  }
}

TEST(ReadQuery, KnowsCredentialsInEveryGuise) {
  const Result<Query> read =
      read_query("%61pi-key=s1&api%2Dkey=s2&x=1&ACCESS%5FTOKEN=s3&c%6Fde=s4&api+key=kept");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->forwarded, "x=1&api+key=kept");
}

TEST(ReadQuery, SendsOneVersion) {
  const Result<Query> twice = read_query("api-version=2024-10-21&x=1&API%2DVersion=2024-10-21");
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->api_version, "2024-10-21");
  EXPECT_EQ(twice->forwarded, "api-version=2024-10-21&x=1");
  const Result<Query> torn = read_query("api-version=2024-10-21&api-version=preview");
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().message, "api-version is given twice, with different values");
}

// To some readers it ends a parameter.
TEST(ReadQuery, SendsNoBareSemicolon) {
  const Result<Query> read = read_query("x=1;after=foreign;api-key=s&y=%3B");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->forwarded, "x=1%3Bafter=foreign%3Bapi-key=s&y=%3B");
  EXPECT_EQ(query_values(read->forwarded, "x"), Values{"1;after=foreign;api-key=s"});
}

TEST(ReadQuery, RefusesABrokenName) {
  for (const char* query : {"%", "%4=1", "a%zz=1", "x=1&%5"}) {
    EXPECT_FALSE(read_query(query)) << query;
  }
}

TEST(QueryValues, AreDecodedWhateverTheNamesGuise) {
  EXPECT_EQ(query_values("after=a%2Db&AFTER=c&%61fter%5B%5D=d+e&x=f&after[]=%zz&after", "after"),
            (Values{"a-b", "c", "d e", "%zz", ""}));
}

}  // namespace
}  // namespace tollgate::operations
