// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tollgate/base/time.hpp"
#include "tollgate/usage/cost_adjustment.hpp"
#include "tollgate/usage/refusal_row.hpp"
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
ordered_json table_schema(const char* name = "table.json") {
  return load(name)["properties"]["schema"];
}

/// No value is null, so that each shows its type.
UsageRecord whole_record() {
  UsageRecord record;
  record.tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  record.time_to_first_byte_ms = 11;
  record.gateway_overhead_ms = 0.5;
  record.tags = {{"cost_center", "4711"}};
  record.attempts = {{}};
  for (auto* const count :
       {&record.audio_duration_ms, &record.web_search_calls, &record.file_search_calls,
        &record.code_interpreter_calls, &record.longest_prompt_tokens, &record.cost_nano,
        &record.images, &record.characters, &record.computer_use_calls,
        &record.provisional_cost_nano}) {
    *count = 1;
  }
  return record;
}

ordered_json row() { return ordered_json::parse(to_json(whole_record())); }

ordered_json adjustment_row() {
  CostAdjustment one{.record = whole_record()};
  one.previous_nano = 1;
  return ordered_json::parse(to_json(one));
}

ordered_json refusal_row() { return ordered_json::parse(to_json(RefusalRow())); }

bool fits(const ordered_json& value, const std::string& type) {
  if (type == "string") return value.is_string() && !from_rfc3339(value.get<std::string>());
  if (type == "datetime") return value.is_string() && from_rfc3339(value.get<std::string>());
  if (type == "int" || type == "long") return value.is_number_integer();
  if (type == "real") return value.is_number_float();
  if (type == "boolean") return value.is_boolean();
  return type == "dynamic" && value.is_structured();
}

void expect_columns(const ordered_json& columns, const ordered_json& sent) {
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
  ASSERT_EQ(streams.size(), 3U);
  expect_columns(streams["Custom-TollgateUsage_CL"]["columns"], row());
  expect_columns(streams["Custom-TollgateCostAdjustment_CL"]["columns"], adjustment_row());
  expect_columns(streams["Custom-TollgateRefusal_CL"]["columns"], refusal_row());
}

TEST(AzureTemplates, TheTablesHaveTheColumnsThatAreSent) {
  expect_columns(table_schema()["columns"], row());
  expect_columns(table_schema("adjustment-table.json")["columns"], adjustment_row());
  expect_columns(table_schema("refusal-table.json")["columns"], refusal_row());
}

TEST(AzureTemplates, AColumnOfRefusalsIsOfTheTypeThatItIsDeclaredWith) {
  const ordered_json row = refusal_row();
  visit_columns(RefusalRow(), [&](const char* name, const char* type, const auto&) {
    EXPECT_TRUE(fits(row[name], type)) << name;
  });
}

TEST(AzureTemplates, TheDocumentHasTheColumnsOfRefusals) {
  std::ifstream file(TOLLGATE_SOURCE_DIR "/docs/usage-records.md");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::size_t at = text.find("## Refusals");
  ASSERT_NE(at, text.npos);
  visit_columns(RefusalRow(), [&](const std::string& name, const std::string& type, const auto&) {
    at = text.find("\n| `" + name + "` | " + type + " | ", at);
    EXPECT_NE(at, text.npos) << name;
  });
}

TEST(AzureTemplates, TheRuleLeadsItsStreamsIntoTheTables) {
  const ordered_json flows = rule()["dataFlows"];
  ASSERT_EQ(flows.size(), 3U);
  for (const auto& [place, table] :
       {std::pair(0, "table.json"), {1, "adjustment-table.json"}, {2, "refusal-table.json"}}) {
    const std::string name = "Custom-" + table_schema(table)["name"].get<std::string>();
    EXPECT_EQ(flows[place]["streams"], ordered_json::array({name}));
    EXPECT_EQ(flows[place]["outputStream"], name);
    EXPECT_EQ(flows[place]["destinations"][0], rule()["destinations"]["logAnalytics"][0]["name"]);
  }
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
