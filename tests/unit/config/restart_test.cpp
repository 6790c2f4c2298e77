// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/restart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kSections = "gateway: {workers: 2}\nadmin: {address: \"127.0.0.1:9090\"}\n";

LoadResult load(const std::string& yaml) {
  LoadResult out = load_text(yaml, fake_secrets());
  EXPECT_EQ(format_errors("", out.errors), "");
  return out;
}

std::string with(const std::string& part, const std::string& instead) {
  std::string out = kMinimal + kSections;
  return out.replace(out.find(part), part.size(), instead);
}

TEST(Restart, NothingWaitsWhenNothingOfItChanged) {
  const Config running = *load(kMinimal + kSections).config;
  Config next = *load(with("https://east.example", "https://west.example")).config;
  EXPECT_THAT(keep_until_restart(running, next), IsEmpty());
  EXPECT_EQ(next.backends.front().endpoint, "https://west.example");
}

/// The reference marks what the gateway keeps, and nothing else: each marked setting is changed in
/// turn.
TEST(Restart, WhatIsDeclaredSoIsKept) {
  const std::vector<std::pair<std::string, std::string>> edits{
      {"workers: 2", "workers: 3"},
      {"127.0.0.1:9090", "127.0.0.1:9091"},
      {"/tmp/ledger.db", "/tmp/other.db"},
      {"{path: /tmp/ledger.db}", "{path: /tmp/ledger.db, durability: power_loss}"}};
  const LoadResult old_one = load(kMinimal + kSections);
  std::set<std::string> tried;
  for (const auto& [part, instead] : edits) {
    LoadResult changed = load(with(part, instead));
    const auto found = differences(old_one.settings, changed.settings);
    ASSERT_EQ(found.size(), 1U) << instead;
    EXPECT_TRUE(found.front().at_restart);
    EXPECT_THAT(keep_until_restart(*old_one.config, *changed.config),
                ElementsAre(found.front().path));
    EXPECT_THAT(keep_until_restart(*old_one.config, *changed.config), IsEmpty()) << "it is kept";
    tried.insert(found.front().path);
  }
  std::set<std::string> declared;
  for (const auto& [path, setting] : old_one.settings) {
    if (setting.at_restart && !path.starts_with("listeners")) declared.insert(path);
  }
  EXPECT_EQ(tried, declared);
}

TEST(Restart, AListenerIsToldByItsAddress) {
  const LoadResult old_one = load(kMinimal);
  LoadResult moved = load(minimal_with("127.0.0.1:8080", "127.0.0.1:8081"));
  EXPECT_THAT(keep_until_restart(*old_one.config, *moved.config),
              ElementsAre("listeners[127.0.0.1:8080]", "listeners[127.0.0.1:8081]"));
  ASSERT_EQ(moved.config->listeners.size(), 1U);
  EXPECT_EQ(moved.config->listeners.front().port, 8080);
}

TEST(Restart, AListenersOtherSettingsAreTakenInWhateverOrder) {
  const std::string two =
      minimal_with("  - address: 127.0.0.1:8080\n",
                   "  - address: 127.0.0.1:8080\n  - address: \"[::1]:8080\"\n");
  const std::string turned = minimal_with("  - address: 127.0.0.1:8080\n",
                                          "  - address: \"[::1]:8080\"\n    trusted_proxies: "
                                          "[10.0.0.0/8]\n  - address: 127.0.0.1:8080\n");
  LoadResult next = load(turned);
  EXPECT_THAT(keep_until_restart(*load(two).config, *next.config), IsEmpty());
  EXPECT_THAT(next.config->listeners[0].trusted_proxies, IsEmpty());
  EXPECT_THAT(next.config->listeners[1].trusted_proxies, ElementsAre("10.0.0.0/8"));
}

}  // namespace
}  // namespace tollgate::config
