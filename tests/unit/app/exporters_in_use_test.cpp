// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "exporters_in_use.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::app {
namespace {

config::Exporter blob(const std::string& name, const std::string& certificates) {
  config::Exporter out;
  out.name = name;
  out.kind.emplace<config::AppendBlob>().ca_certificates = certificates;
  return out;
}

TEST(ExportersInUse, AreThoseOfTheRecordsAndOfTheTrailThatSpeakHttp) {
  config::Config config;
  config.exporters.push_back(blob("one", "/a.pem"));
  config.exporters.emplace_back().kind.emplace<config::JsonLines>();
  config.audit.exporters.push_back(blob("one", "/b.pem"));
  config.audit.exporters.emplace_back().name = "monitor";
  const auto found = exporters_in_use(config);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].certificates, "/a.pem");
  EXPECT_EQ(found[0].setting, "exporters[one].append_blob.ca_certificates");
  EXPECT_EQ(found[1].certificates, "/b.pem");
  EXPECT_EQ(found[1].setting, "audit.exporters[one].append_blob.ca_certificates");
  EXPECT_NE(found[0].transport, found[1].transport) << "each trusts its own";
  EXPECT_EQ(found[1].transport, audit_transport("one"));
  EXPECT_EQ(found[2].setting, "audit.exporters[monitor].azure_monitor.ca_certificates");
}

TEST(ExportersInUse, TheirSettingsHaveAFormWithoutNames) {
  EXPECT_EQ(in_map_form("exporters[a].append_blob.ca_certificates"),
            "exporters.append_blob.ca_certificates");
  EXPECT_EQ(in_map_form("audit.exporters[a].azure_monitor.ca_certificates"),
            "audit.exporters.azure_monitor.ca_certificates");
  EXPECT_EQ(in_map_form("backends[a].ca_certificates"), "backends[a].ca_certificates");
}

}  // namespace
}  // namespace tollgate::app
