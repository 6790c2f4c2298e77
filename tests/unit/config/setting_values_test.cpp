// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/setting_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What differs between two files, a line each.
std::vector<std::string> changes(const std::string& before, const std::string& after,
                                 const SecretSources& secrets_before = fake_secrets(),
                                 const SecretSources& secrets_after = fake_secrets()) {
  const LoadResult old_one = load_text(before, secrets_before);
  const LoadResult new_one = load_text(after, secrets_after);
  EXPECT_EQ(format_errors("before", old_one.errors), "");
  EXPECT_EQ(format_errors("after", new_one.errors), "");
  std::vector<std::string> out;
  for (const SettingChange& change : differences(old_one.settings, new_one.settings)) {
    out.push_back(to_string(change));
  }
  return out;
}

TEST(SettingValues, TheSameFileDiffersInNothing) {
  EXPECT_THAT(changes(kMinimal, kMinimal), IsEmpty());
}

TEST(SettingValues, AWrittenDefaultAndAnotherSpellingAreNoChange) {
  EXPECT_THAT(changes(kMinimal + "limits: {}\n",
                      kMinimal + "limits: {head_timeout: 10000ms, request_head: 65536}\n"),
              IsEmpty());
  EXPECT_THAT(changes(kMinimal + "retry_budget: {ratio: 0.20}\n", kMinimal + "retry_budget: {}\n"),
              IsEmpty());
}

TEST(SettingValues, NamesWhatChangedByItsPath) {
  EXPECT_THAT(changes(kMinimal, minimal_with("https://east.example", "https://west.example")),
              ElementsAre("changed backends[east].endpoint"));
  EXPECT_THAT(changes(kMinimal + "limits: {}\n", kMinimal + "limits: {head_timeout: 20s}\n"),
              ElementsAre("changed limits.head_timeout"));
  EXPECT_THAT(
      changes(kMinimal, minimal_with("name: retail\n", "name: retail\n    models: [gpt-4o]\n")),
      ElementsAre("changed clients[retail].models"));
}

TEST(SettingValues, AnAddedEntryIsOneLineAndMovesNoOther) {
  const std::string client =
      "clients:\n  - name: first\n    api_keys: [{name: k, sha256: "
      "3bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b}]\n";
  const std::string more = minimal_with("clients:\n", client);
  EXPECT_THAT(changes(kMinimal, more), ElementsAre("added clients[first]"));
  EXPECT_THAT(changes(more, kMinimal), ElementsAre("removed clients[first]"));
}

TEST(SettingValues, AMappingThatComesOrGoesStandsForAllBelowIt) {
  const std::string timed =
      minimal_with("east.example\n", "east.example\n    timeouts: {idle: 5s, connect: 1s}\n");
  EXPECT_THAT(changes(kMinimal, timed), ElementsAre("added backends[east].timeouts"));
}

// What was taken back was said to wait for a restart, and nothing waited.
TEST(SettingValues, SaysOfWhatWaitsForNothingThatTheGatewayRunsSo) {
  const SettingChange workers{SettingChange::Kind::changed, "gateway.workers", true};
  const SettingChange listener{SettingChange::Kind::removed, "listeners[a:1]", true};
  EXPECT_EQ(to_string(workers, {"gateway.workers"}),
            "changed gateway.workers (takes effect at restart)");
  EXPECT_EQ(to_string({SettingChange::Kind::added, "gateway", true}, {"gateway.workers"}),
            "added gateway (takes effect at restart)");
  EXPECT_EQ(to_string(workers, {"gateway", "gateway.workers_more", "listeners[a:12]"}),
            "changed gateway.workers (takes effect at restart)");
  EXPECT_EQ(to_string(workers, {"gateway.workers_more"}),
            "changed gateway.workers (the gateway runs so already)");
  EXPECT_EQ(to_string(listener, {"listeners[a:12]"}),
            "removed listeners[a:1] (the gateway runs so already)");
  EXPECT_EQ(to_string({SettingChange::Kind::changed, "limits", false}, {}), "changed limits");
}

TEST(SettingValues, MarksWhatTakesEffectAtRestart) {
  EXPECT_THAT(changes(kMinimal, kMinimal + "gateway: {workers: 3}\n"),
              ElementsAre("added gateway (takes effect at restart)"));
  EXPECT_THAT(changes(kMinimal, kMinimal + "gateway: {name: other}\n"),
              ElementsAre("added gateway"))
      << "the workers stay";
  EXPECT_THAT(changes(kMinimal + "gateway: {workers: 2}\n", kMinimal + "gateway: {workers: 3}\n"),
              ElementsAre("changed gateway.workers (takes effect at restart)"));
  EXPECT_THAT(changes(kMinimal, minimal_with("/tmp/ledger.db", "/tmp/other.db")),
              ElementsAre("changed ledger.path (takes effect at restart)"));
  EXPECT_THAT(changes(kMinimal, minimal_with("127.0.0.1:8080", "127.0.0.1:8081")),
              ElementsAre("removed listeners[127.0.0.1:8080] (takes effect at restart)",
                          "added listeners[127.0.0.1:8081] (takes effect at restart)"));
}

TEST(SettingValues, ASecretThatChangedShowsWithoutItsValue) {
  const std::string file = minimal_with("{managed_identity: {}}", "{api_key: {file: /key}}");
  const auto before = fake_secrets({}, {{"/key", "hush-1"}});
  const auto after = fake_secrets({}, {{"/key", "hush-2"}});
  EXPECT_THAT(changes(file, file, before, before), IsEmpty());
  EXPECT_THAT(changes(file, file, before, after),
              ElementsAre("changed backends[east].credential.api_key"));
  for (const auto& [path, setting] : load_text(file, before).settings) {
    EXPECT_EQ(setting.value.find("hush"), std::string::npos) << path;
  }
}

TEST(SettingValues, AClientsKeyInAFileIsASecretToo) {
  const std::string key =
      "sha256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
  const std::string file = minimal_with(key, "file: /key");
  EXPECT_THAT(
      changes(file, file, fake_secrets({}, {{"/key", "a"}}), fake_secrets({}, {{"/key", "b"}})),
      ElementsAre("changed clients[retail].api_keys[primary].file"));
}

TEST(SettingValues, TargetsGoByBackendAndDeployment) {
  const std::string two = minimal_with(
      "[{backend: east}]", "[{backend: east, deployment: a}, {backend: east, deployment: b}]");
  const std::string one = minimal_with("[{backend: east}]", "[{backend: east, deployment: b}]");
  EXPECT_THAT(changes(two, one), ElementsAre("removed models[gpt-4o].targets[east/a]"));
}

TEST(SettingValues, EntriesOfOneNameStayApart) {
  const std::string two =
      minimal_with("[{backend: east}]", "[{backend: east}, {backend: east, weight: 2}]");
  EXPECT_THAT(changes(kMinimal, two), ElementsAre("added models[gpt-4o].targets[east]#1"));
}

}  // namespace
}  // namespace tollgate::config
