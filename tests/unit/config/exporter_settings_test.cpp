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
    "azure_monitor: {endpoint: https://m.example, rule_id: dcr-00000000000000000000000000000001, "
    "credential: {managed_identity: "
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
  EXPECT_EQ(std::get<AzureMonitor>(exporters[1].kind).rule_id,
            "dcr-00000000000000000000000000000001");
  const auto& lines = std::get<JsonLines>(exporters[2].kind);
  EXPECT_EQ(lines.format, LineFormat::cloud_events);
  EXPECT_EQ(lines.rotate_size, 1024U * 1024U);
  EXPECT_EQ(lines.rotate_age, seconds(600));
}

const std::string kBlob =
    "append_blob: {container: https://a.blob.core.windows.net/usage-rows/, credential: "
    "{managed_identity: {}}";

TEST(ExporterSettings, AppendBlobsAreTakenAsTheyStand) {
  const auto exporters = exporters_of("exporters:\n  " + kBlob + ", flush_interval: 7s}\n");
  ASSERT_EQ(exporters.size(), 1U);
  EXPECT_EQ(exporters[0].name, "append_blob");
  const auto& blob = std::get<AppendBlob>(exporters[0].kind);
  EXPECT_EQ(blob.container, "https://a.blob.core.windows.net/usage-rows");
  EXPECT_EQ(blob.prefix, "usage");
  EXPECT_EQ(blob.scope, "https://storage.azure.com/.default");
  EXPECT_EQ(exporters[0].flush_interval(), seconds(7));
  const LoadResult audited =
      load_text(kMinimal + "audit:\n  exporters:\n    " + kBlob + "}\n", fake_secrets());
  ASSERT_TRUE(audited.config) << format_errors("", audited.errors);
  EXPECT_EQ(std::get<AppendBlob>(audited.config->audit.exporters.at(0).kind).prefix, "audit");
}

TEST(ExporterSettings, AContainerIsAUrlWithItsNameAndNothingElse) {
  const auto faults = [](const std::string& url) {
    return errors_of(kMinimal + "exporters:\n  append_blob: {container: '" + url +
                     "', credential: {managed_identity: {}}}\n");
  };
  for (const char* const right :
       {"https://a.blob.core.windows.net/abc", "https://a.blob.core.chinacloudapi.cn/a-1/",
        "https://localhost:10000/account1/rows"})
    EXPECT_TRUE(faults(right).empty()) << right;
  for (const char* const wrong :
       {"http://a.blob.core.windows.net/abc", "http://127.0.0.1/abc",
        "https://a.blob.core.windows.net", "https://a.blob.core.windows.net/",
        "https://a.example/ab", "https://a.example/Abc", "https://a.example/a--b",
        "https://a.example/-abc", "https://a.example/a/b/abc", "https://a.example/../abc",
        "https://a.example/%61bc", "https://user@a.example/abc", "ftp://a.example/abc"})
    EXPECT_THAT(faults(wrong), Contains(HasSubstr("append_blob.container"))) << wrong;
  EXPECT_THAT(faults("https://a.example/abc?sig=x"),
              Contains(HasSubstr("shared access signature")));
}

TEST(ExporterSettings, APrefixIsOfPlainNames) {
  const auto faults = [](const std::string& prefix) {
    return errors_of(kMinimal + "exporters:\n  " + kBlob + ", prefix: '" + prefix + "'}\n");
  };
  for (const char* const right : {"a", "tollgate/usage-1", "a.b_C"})
    EXPECT_TRUE(faults(right).empty()) << right;
  for (const std::string& wrong :
       {std::string("/a"), std::string("a/"), std::string("a//b"), std::string(".."),
        std::string("a/./b"), std::string("a b"), std::string("a?b"), std::string(101, 'a')})
    EXPECT_THAT(faults(wrong), Contains(HasSubstr("append_blob.prefix"))) << wrong;
}

TEST(ExporterSettings, TwoDoNotWriteIntoTheSameBlobs) {
  const auto text = [](const std::string& usage, const std::string& audit) {
    return kMinimal + "exporters:\n  " + kBlob + ", prefix: " + usage +
           "}\naudit:\n  exporters:\n" + "    " + kBlob + ", prefix: " + audit + "}\n";
  };
  EXPECT_TRUE(errors_of(text("a", "b")).empty());
  EXPECT_THAT(errors_of(text("a", "a")), Contains(HasSubstr("share the blobs of")));
  EXPECT_THAT(errors_of(text("a-access", "a")), Contains(HasSubstr("share the blobs of")));
}

TEST(ExporterSettings, WithoutThemRecordsStayInTheLedger) { EXPECT_TRUE(exporters_of("").empty()); }

TEST(ExporterSettings, RefusesWhatCannotBeMeant) {
  const auto errors = [](const std::string& yaml) { return errors_of(kMinimal + yaml); };
  EXPECT_THAT(errors("exporters:\n- name: a\n"),
              Contains(HasSubstr("needs one of azure_monitor, json_lines and append_blob")));
  EXPECT_THAT(errors("exporters:\n- name: a\n  " + kMonitor + "\n  json_lines: {directory: /d}\n"),
              Contains(HasSubstr("needs one of azure_monitor, json_lines and append_blob")));
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

TEST(ExporterSettings, TheTrailWritesIntoNobodysDirectory) {
  const auto both = [](const std::string& records, const std::string& trail) {
    return kMinimal + "exporters:\n  json_lines: {directory: " + records +
           "}\naudit:\n  exporters:\n    json_lines: {directory: " + trail + "}\n";
  };
  EXPECT_THAT(errors_of(both("/d/x", "/d/x")),
              Contains(HasSubstr("exporters json_lines and audit/json_lines share the directory")));
  EXPECT_THAT(errors_of(both("/d/x/access", "/d/x")),
              Contains(HasSubstr("share the directory /d/x/access")));
  EXPECT_TRUE(load_text(both("/d/x", "/d/y"), fake_secrets()).config);
}

}  // namespace
}  // namespace tollgate::config
