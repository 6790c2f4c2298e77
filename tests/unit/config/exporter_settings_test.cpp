// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

using testing::Contains;
using testing::HasSubstr;

const std::string kMonitor =
    "azure_monitor: {endpoint: https://m.example, rule_id: dcr-1, credential: {managed_identity: "
    "{}}}";

std::vector<Exporter> exporters_of(const std::string& yaml) {
  const LoadResult loaded = load_text(kMinimal + yaml, fake_secrets());
  EXPECT_TRUE(loaded.config) << format_errors("", loaded.errors);
  return loaded.config ? loaded.config->exporters : std::vector<Exporter>();
}

TEST(ExporterSettings, AMappingHasOneOfEachKindUnderItsOwnName) {
  const auto exporters =
      exporters_of("exporters:\n  " + kMonitor + "\n  json_lines: {directory: /var/spool/t}\n");
  ASSERT_EQ(exporters.size(), 2U);
  EXPECT_EQ(exporters[0].name, "azure_monitor");
  EXPECT_EQ(exporters[1].name, "json_lines");
  EXPECT_TRUE(exporters[0].required);
  EXPECT_FALSE(exporters[0].from_beginning);
  const auto& lines = std::get<JsonLines>(exporters[1].kind);
  EXPECT_EQ(lines.directory, "/var/spool/t");
  EXPECT_EQ(lines.format, LineFormat::rows);
}

TEST(ExporterSettings, AListHasAsManyAsThereAreNames) {
  const auto exporters = exporters_of(
      "exporters:\n- name: finance\n  " + kMonitor + "\n- name: audit\n  required: false\n" +
      "  from: beginning\n  " + kMonitor + "\n- name: files\n" +
      "  json_lines: {directory: /d, format: cloud_events, rotate_size: 1MiB, rotate_age: 10m}\n");
  ASSERT_EQ(exporters.size(), 3U);
  EXPECT_EQ(exporters[0].name, "finance");
  EXPECT_TRUE(exporters[0].required);
  EXPECT_EQ(exporters[1].name, "audit");
  EXPECT_FALSE(exporters[1].required);
  EXPECT_TRUE(exporters[1].from_beginning);
  EXPECT_EQ(std::get<AzureMonitor>(exporters[1].kind).rule_id, "dcr-1");
  const auto& lines = std::get<JsonLines>(exporters[2].kind);
  EXPECT_EQ(lines.format, LineFormat::cloud_events);
  EXPECT_EQ(lines.rotate_size, 1024U * 1024U);
  EXPECT_EQ(lines.rotate_age, seconds(600));
}

TEST(ExporterSettings, WithoutThemRecordsStayInTheLedger) { EXPECT_TRUE(exporters_of("").empty()); }

TEST(ExporterSettings, RefusesWhatCannotBeMeant) {
  const auto errors = [](const std::string& yaml) { return errors_of(kMinimal + yaml); };
  EXPECT_THAT(errors("exporters:\n- name: a\n"),
              Contains(HasSubstr("needs one of azure_monitor and json_lines")));
  EXPECT_THAT(errors("exporters:\n- name: a\n  " + kMonitor + "\n  json_lines: {directory: /d}\n"),
              Contains(HasSubstr("needs one of azure_monitor and json_lines")));
  EXPECT_THAT(errors("exporters:\n- " + kMonitor + "\n"), Contains(HasSubstr("needs name")));
  EXPECT_THAT(errors("exporters:\n- name: a\n  " + kMonitor + "\n- name: a\n  " + kMonitor + "\n"),
              Contains(HasSubstr("two exporters are named a")));
  EXPECT_THAT(errors("exporters:\n- name: a\n  from: never\n  " + kMonitor + "\n"),
              Contains(HasSubstr("from")));
  EXPECT_THAT(errors("exporters:\n  json_lines: {}\n"), Contains(HasSubstr("needs directory")));
  EXPECT_THAT(errors("exporters:\n  kafka: {}\n"), Contains(HasSubstr("kafka")));
}

TEST(ExporterSettings, TwoDoNotWriteIntoOneDirectory) {
  const auto two = [](const std::string& first, const std::string& second) {
    return kMinimal + "exporters:\n- name: a\n  json_lines: {directory: " + first +
           "}\n- name: b\n  json_lines: {directory: " + second + "}\n";
  };
  for (const char* const again : {"/d/x", "/d/x/", "/d/./y/../x"}) {
    EXPECT_THAT(errors_of(two("/d/x", again)),
                Contains(HasSubstr("exporters a and b share the directory " + std::string(again))));
  }
  EXPECT_TRUE(load_text(two("/d/x", "/d/y"), fake_secrets()).config);
}

}  // namespace
}  // namespace tollgate::config
