// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tollgate/base/time.hpp"
#include "tollgate/usage/usage_record.hpp"

// The templates of deploy/ and the rows that are sent must not drift apart: Azure Monitor takes
// rows with undeclared or mistyped columns and drops what does not fit without a word.
namespace tollgate::usage {
namespace {

using nlohmann::ordered_json;

ordered_json load(const char* name) {
  std::ifstream file(std::string(TOLLGATE_SOURCE_DIR "/deploy/") + name);
  return ordered_json::parse(file);
}

ordered_json rule() { return load("dcr.json")["properties"]; }
ordered_json table_schema() { return load("table.json")["properties"]["schema"]; }

/// No value is null, so that each shows its type.
ordered_json row() {
  UsageRecord record;
  record.tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  record.time_to_first_byte_ms = 11;
  record.gateway_overhead_ms = 0.5;
  record.tags = {{"cost_center", "4711"}};
  record.attempts = {{}};
  for (auto* const count :
       {&record.audio_duration_ms, &record.web_search_calls, &record.file_search_calls,
        &record.code_interpreter_calls, &record.longest_prompt_tokens, &record.cost_nano}) {
    *count = 1;
  }
  return ordered_json::parse(to_json(record));
}

bool fits(const ordered_json& value, const std::string& type) {
  if (type == "string") return value.is_string() && !from_rfc3339(value.get<std::string>());
  if (type == "datetime") return value.is_string() && from_rfc3339(value.get<std::string>());
  if (type == "int" || type == "long") return value.is_number_integer();
  if (type == "real") return value.is_number_float();
  if (type == "boolean") return value.is_boolean();
  return type == "dynamic" && value.is_structured();
}

void expect_columns_of_row(const ordered_json& columns) {
  const ordered_json sent = row();
  auto value = sent.begin();
  for (const ordered_json& column : columns) {
    ASSERT_NE(value, sent.end()) << "is not sent: " << column;
    EXPECT_EQ(column["name"], value.key());
    EXPECT_TRUE(fits(value.value(), column["type"])) << column << " is sent as " << value.value();
    ++value;
  }
  EXPECT_EQ(value, sent.end()) << "is not declared: " << value.key();
}

TEST(AzureTemplates, TheRuleDeclaresTheColumnsThatAreSent) {
  const ordered_json streams = rule()["streamDeclarations"];
  ASSERT_EQ(streams.size(), 1U);
  expect_columns_of_row(streams["Custom-TollgateUsage_CL"]["columns"]);
}

TEST(AzureTemplates, TheTableHasTheColumnsThatAreSent) {
  expect_columns_of_row(table_schema()["columns"]);
}

TEST(AzureTemplates, TheRuleLeadsItsStreamIntoTheTable) {
  const ordered_json flows = rule()["dataFlows"];
  ASSERT_EQ(flows.size(), 1U);
  EXPECT_EQ(flows[0]["streams"], ordered_json::array({"Custom-TollgateUsage_CL"}));
  EXPECT_EQ(flows[0]["outputStream"], "Custom-" + table_schema()["name"].get<std::string>());
  EXPECT_EQ(flows[0]["destinations"][0], rule()["destinations"]["logAnalytics"][0]["name"]);
}

TEST(AzureTemplates, NoColumnHasANameThatAzureKeepsForItself) {
  const std::set<std::string> reserved{"_ResourceId", "_SubscriptionId", "TenantId", "Title",
                                       "Type",        "UniqueId",        "id"};
  const auto schema = table_schema();
  for (const auto& column : schema["columns"]) {
    const auto name = column["name"].get<std::string>();
    EXPECT_EQ(reserved.count(name), 0U) << name;
    EXPECT_LE(name.size(), 45U) << name;
  }
}

}  // namespace
}  // namespace tollgate::usage
