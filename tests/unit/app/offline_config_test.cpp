// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "offline_config.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "config/minimal.hpp"
#include "ledger/temp_directory.hpp"

namespace tollgate::app {
namespace {

class OfflineConfig : public testing::Test {
 protected:
  /// What the one setting is found to be, or what is said instead.
  std::string found(const std::string& yaml, const std::string& setting = "ledger.path") {
    std::ofstream(path_) << yaml;
    testing::internal::CaptureStderr();
    const Result<std::string> value =
        setting_in(load_without_secrets(path_), path_,
                   {setting, setting == "admin.address" ? "127.0.0.1:9090" : "", "--ledger FILE"});
    warning_ = testing::internal::GetCapturedStderr();
    return value ? *value : "error: " + value.error().message;
  }

  ledger::TempDirectory directory_;
  std::string path_ = directory_ / "tollgate.yaml";
  std::string warning_;
};

TEST_F(OfflineConfig, OfAWholeFileTheSettingIsTakenWithoutAWord) {
  EXPECT_EQ(found(config::kMinimal), "/tmp/ledger.db");
  EXPECT_EQ(found(config::kMinimal, "admin.address"), "127.0.0.1:9090");
  EXPECT_EQ(warning_, "");
}

TEST_F(OfflineConfig, ErrorsElsewhereDoNotMatter) {
  EXPECT_EQ(found(config::minimal_with("backend: east", "backend: west, typo: 1")),
            "/tmp/ledger.db");
  EXPECT_EQ(warning_, "warning: " + path_ + " has 2 errors (tollgate check); of it ledger.path " +
                          "alone is used: /tmp/ledger.db\n");
  const std::string nearer = "{path: /tmp/ledger.db, max_size: 1}";
  EXPECT_EQ(found(config::minimal_with("{path: /tmp/ledger.db}", nearer)), "/tmp/ledger.db");
}

// A ledger that is not the gateway's would be reported on without a word.
TEST_F(OfflineConfig, WhatCannotBeToldForSureIsRefused) {
  for (const char* const wrong : {"{pth: /tmp/ledger.db}", "{path: }", "{path: [/tmp/ledger.db]}",
                                  "{path: \"\"}", "here", "{path: /tmp/a, path: /tmp/b}"}) {
    const std::string said = found(config::minimal_with("{path: /tmp/ledger.db}", wrong));
    EXPECT_EQ(said.find("error: " + path_ + ":"), 0U) << wrong << "\n" << said;
    EXPECT_NE(
        said.find("\nledger.path cannot be told from " + path_ + "; --ledger FILE does without it"),
        std::string::npos)
        << said;
  }
  EXPECT_EQ(found("listeners: [").find("error: " + path_ + ":1:12: the bracket [ is never closed"),
            0U);
}

TEST_F(OfflineConfig, ADefaultCountsUnlessAKeyIsUnknown) {
  EXPECT_EQ(found(config::minimal_with("backend: east", "backend: west"), "admin.address"),
            "127.0.0.1:9090");
  EXPECT_EQ(found(config::kMinimal + "admn: {address: \"127.0.0.1:9999\"}\n", "admin.address")
                .find("error: "),
            0U);
  EXPECT_EQ(
      found(config::kMinimal + "typo: 1\nadmin: {address: \"127.0.0.1:9999\"}\n", "admin.address"),
      "127.0.0.1:9999");
}

TEST_F(OfflineConfig, ALedgerThatIsNamedNeedsNoFile) {
  EXPECT_EQ(*find_ledger({"", "/var/l.db"}), "/var/l.db");
  EXPECT_EQ(*find_ledger({"/no/such.yaml", "/var/l.db"}), "/var/l.db");
  EXPECT_EQ(find_ledger({"", ""}).error().message,
            "name a configuration (-c FILE) or a ledger (--ledger FILE)");
}

TEST_F(OfflineConfig, ClientsAreReadOfABrokenFileToo) {
  const std::string tagged = config::minimal_with("- name: retail\n",
                                                  "- name: retail\n"
                                                  "    tags: {cost_center: \"4711\"}\n");
  const std::map<std::string, std::map<std::string, std::string>> expected{
      {"retail", {{"cost_center", "4711"}}}};
  for (const std::string& more : {std::string(), std::string("colour: red\n")}) {
    std::ofstream(path_) << tagged << more;
    EXPECT_EQ(clients_in({path_, ""}), expected) << more;
  }
  EXPECT_TRUE(clients_in({"", path_}).empty());
}

TEST_F(OfflineConfig, TakesTwoSecretsForTwo) {
  std::ofstream(path_) << "listeners: [{address: \"127.0.0.1:0\"}]\n"
                          "clients:\n"
                          "  - name: a\n"
                          "    api_keys: [{name: p, env: A_KEY}, {name: r, env: A_NEXT_KEY}]\n"
                          "  - name: b\n"
                          "    api_keys: [{name: p, file: /b.key}, {name: r, file: /b-next.key}]\n"
                          "backends:\n"
                          "  - name: s\n"
                          "    endpoint: https://s.openai.azure.com\n"
                          "    credential: {api_key: {env: S_KEY}}\n"
                          "models: [{name: m, targets: [{backend: s}]}]\n"
                          "ledger: {path: /l.db}\n";
  const config::LoadResult loaded = load_without_secrets(path_);
  ASSERT_TRUE(loaded.config) << config::format_errors(path_, loaded.errors);
  EXPECT_EQ(loaded.config->clients.size(), 2U);
}

}  // namespace
}  // namespace tollgate::app
