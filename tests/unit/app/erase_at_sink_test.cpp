// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "erase_at_sink.hpp"

namespace tollgate::app {
namespace {

config::Exporter files(const std::string& directory,
                       config::LineFormat format = config::LineFormat::rows) {
  config::Exporter out;
  out.name = "files";
  config::JsonLines lines;
  lines.directory = directory;
  lines.format = format;
  out.kind = lines;
  return out;
}

config::Exporter workspace() {
  config::Exporter out;
  out.name = "azure";
  config::AzureMonitor monitor;
  monitor.stream = "Custom-TollgateAudit_CL";
  out.kind = monitor;
  return out;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(EraseAtSink, RewritesFilesWithoutWhatIsSealed) {
  const std::string commands = erase_at_sink(files("/var/audit"), {"retail", "2026-11", ""});
  EXPECT_TRUE(holds(commands, "set -- '/var/audit'/*.jsonl")) << commands;
  EXPECT_TRUE(holds(commands, ".ClientName == \"retail\"")) << commands;
  EXPECT_TRUE(holds(commands, "startswith(\"2026-11-\")")) << commands;
  EXPECT_TRUE(holds(commands, "del(.CallerIpAddress, .Content, ")) << commands;
}

TEST(EraseAtSink, FindsTheRowWithinACloudEvent) {
  const std::string commands =
      erase_at_sink(files("/var/audit", config::LineFormat::cloud_events), {"", "", "someone"});
  EXPECT_TRUE(holds(commands, ".data.CallerId == \"someone\"")) << commands;
  EXPECT_TRUE(holds(commands, ".data.Salt)")) << commands;
}

// A name could close the quotation and run as a command.
TEST(EraseAtSink, QuotesNames) {
  const std::string commands = erase_at_sink(files("/a'b"), {"x'; rm -rf \"y", "2026-11", ""});
  EXPECT_TRUE(holds(commands, "set -- '/a'\\''b'/*.jsonl")) << commands;
  EXPECT_TRUE(holds(commands, R"(.ClientName == "x'\''; rm -rf \"y")")) << commands;
}

TEST(EraseAtSink, NamesTableAndTimeOfAWorkspace) {
  const std::string commands = erase_at_sink(workspace(), {"retail", "2026-12", ""});
  EXPECT_TRUE(holds(commands, "/tables/TollgateAudit_CL/deleteData")) << commands;
  EXPECT_TRUE(holds(commands, R"("value":"2026-12-01T00:00:00Z")")) << commands;
  EXPECT_TRUE(holds(commands, R"("value":"2027-01-01T00:00:00Z")")) << commands;
}

TEST(EraseAtSink, HasNoCommandForBlobsAndSaysWhereTheyAre) {
  config::Exporter exporter;
  exporter.name = "blobs";
  config::AppendBlob blob;
  blob.container = "https://account.blob.core.windows.net/trail";
  blob.prefix = "audit";
  exporter.kind = blob;
  const std::string said = erase_at_sink(exporter, {"retail", "2026-11", ""});
  EXPECT_TRUE(holds(said, "https://account.blob.core.windows.net/trail/audit/2026/11;")) << said;
  for (std::size_t at = 0; at < said.size(); at = said.find('\n', at) + 1) EXPECT_EQ(said[at], '#');
}

TEST(EraseAtSink, NamesTheCallerOfAWorkspace) {
  const std::string commands = erase_at_sink(workspace(), {"", "", "someone"});
  EXPECT_TRUE(holds(commands, R"({"column":"CallerId","operator":"==","value":"someone"})"))
      << commands;
}

}  // namespace
}  // namespace tollgate::app
