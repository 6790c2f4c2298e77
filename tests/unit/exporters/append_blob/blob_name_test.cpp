// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "append_blob/blob_name.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "append_blob/landed_rows.hpp"

namespace tollgate::exporters::append_blob {
namespace {

TEST(BlobName, IsTheHourAndTheGateway) {
  const std::string hour = hour_of(UtcTime(seconds(1'794'000'000)));
  EXPECT_EQ(hour, "2026/11/06/21");
  EXPECT_EQ(blob_name("audit", hour, "gw-1.west", 1), "audit/2026/11/06/21/gw-1.west.jsonl");
  EXPECT_EQ(blob_name("a/b", hour, "gw", 12), "a/b/2026/11/06/21/gw-12.jsonl");
}

TEST(BlobName, AGatewaysNameChoosesNoOtherPlace) {
  const std::string name = blob_name("audit", "h", "../../x?comp=y#z \xC3\xA9", 1);
  EXPECT_EQ(name, "audit/h/..%2F..%2Fx%3Fcomp%3Dy%23z%20%C3%A9.jsonl");
  EXPECT_EQ(blob_url("https://c", name),
            "https://c/audit/h/..%252F..%252Fx%253Fcomp%253Dy%2523z%2520%25C3%25A9.jsonl");
  EXPECT_EQ(blob_url("https://c", "audit/2026/gw.jsonl"), "https://c/audit/2026/gw.jsonl");
}

TEST(LandedRows, KnowARowByAllButTheTimeOfItsSending) {
  LandedRows landed;
  landed.add(R"(TimeGenerated":"1"}
{"A":1,"TimeGenerated":"1","Z":"x"}
{"A":2,"TimeGenerated":"1","Z":"x"}
{"A":3,"Tim)");
  const std::vector<std::string> rows{
      R"({"A":1,"TimeGenerated":"2","Z":"x"})", R"({"A":2,"TimeGenerated":"2","Z":"y"})",
      R"({"A":3,"TimeGenerated":"1","Z":"x"})", R"({"A":2,"TimeGenerated":"7","Z":"x"})",
      R"({"A":2,"Z":"TimeGenerated\":\"1"})"};
  EXPECT_EQ(landed.lines_of_others(rows), rows[1] + "\n" + rows[2] + "\n" + rows[4] + "\n");
  landed.clear();
  EXPECT_TRUE(landed.empty());
  EXPECT_EQ(landed.lines_of_others(std::span(rows).first(1)), rows[0] + "\n");
}

}  // namespace
}  // namespace tollgate::exporters::append_blob
