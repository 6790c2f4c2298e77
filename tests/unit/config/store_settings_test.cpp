// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "minimal.hpp"
#include "tollgate/config/restart.hpp"

namespace tollgate::config {
namespace {

using testing::HasSubstr;

LoadResult with_store(const std::string& store) {
  return load_text(kMinimal + "quotas:\n  store: " + store + "\n",
                   fake_secrets({{"REDIS_KEY", "an-access-key-of-azure"}}));
}

RedisStore store_of(const std::string& redis) {
  const LoadResult loaded = with_store("{redis: " + redis + "}");
  EXPECT_TRUE(loaded.config) << format_errors("", loaded.errors);
  return loaded.config ? loaded.config->quotas.store.value() : RedisStore();
}

std::string fault_of(const std::string& redis) {
  return format_errors("file", with_store("{redis: " + redis + "}").errors);
}

TEST(StoreSettings, EachProcessCountsForItselfByDefault) {
  EXPECT_FALSE(load_text(kMinimal, fake_secrets()).config->quotas.store);
  EXPECT_FALSE(with_store("local").config->quotas.store);
}

TEST(StoreSettings, AServerNeedsItsEndpointAlone) {
  const RedisStore store = store_of("{endpoint: 'redis://127.0.0.1'}");
  EXPECT_EQ(store.host, "127.0.0.1");
  EXPECT_EQ(store.port, 6379);
  EXPECT_FALSE(store.tls);
  EXPECT_TRUE(store.password.empty());
  EXPECT_EQ(store.timeout, milliseconds(50));
  EXPECT_EQ(store.prefix, "tollgate");
  EXPECT_TRUE(store.cluster);
}

TEST(StoreSettings, AzureManagedRedisByKeyOrByIdentity) {
  const std::string endpoint = "endpoint: 'rediss://x.westeurope.redis.azure.net:10000'";
  const RedisStore by_key = store_of("{" + endpoint + ", password: {env: REDIS_KEY}}");
  EXPECT_TRUE(by_key.tls);
  EXPECT_EQ(by_key.port, 10000);
  EXPECT_EQ(by_key.password.reveal(), "an-access-key-of-azure");
  const RedisStore by_identity = store_of("{" + endpoint + ", credential: {managed_identity: {}}}");
  EXPECT_TRUE(by_identity.credential);
  EXPECT_EQ(by_identity.scope, "https://redis.azure.com/.default");
}

TEST(StoreSettings, TheRestIsSaid) {
  const RedisStore store = store_of(
      "{endpoint: 'rediss://[::1]:7000', user: gw, tls: {server_name: redis.example,\n"
      "    ca_certificates: /ca.pem}, prefix: 'team:a', cluster: never, allow_eviction: true,\n"
      "    timeout: 20ms, connect_timeout: 1s}");
  EXPECT_EQ(store.host, "::1");
  EXPECT_EQ(store.server_name, "redis.example");
  EXPECT_EQ(store.ca_certificates, "/ca.pem");
  EXPECT_EQ(store.user, "gw");
  EXPECT_EQ(store.prefix, "team:a");
  EXPECT_FALSE(store.cluster);
  EXPECT_TRUE(store.allow_eviction);
  EXPECT_EQ(store.timeout, milliseconds(20));
}

TEST(StoreSettings, FaultsAreNamedWithTheirLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"{}", "needs endpoint"},
      {"{endpoint: 'https://a'}", "must begin with rediss:// or redis://"},
      {"{endpoint: 'redis://a/1'}", "a host with an optional port and nothing behind it"},
      {"{endpoint: 'redis://user:pass@a'}", "a host with an optional port and nothing behind it"},
      {"{endpoint: 'redis://a:99999'}", "has a malformed host or port"},
      {"{endpoint: 'redis://a:0'}", "has a malformed host or port"},
      {"{endpoint: 'redis://a', credential: {managed_identity: {}}}", "needs rediss://"},
      {"{endpoint: 'rediss://a', password: {env: REDIS_KEY}, credential: {default: {}}}",
       "cannot stand beside credential"},
      {"{endpoint: 'rediss://a', credential: {api_key: {env: REDIS_KEY}}}", "cannot be used here"},
      {"{endpoint: 'redis://a', tls: {server_name: b}}", "is of no use with redis://"},
      {"{endpoint: 'redis://a', prefix: '{x}'}", "printable ASCII characters without { and }"},
      {"{endpoint: 'redis://a', cluster: yes}", "auto or never"},
      {"{endpoint: 'redis://a', timeout: 0s}", "must be a duration"},
      {"{endpoint: 'redis://a', password: secret}", "a secret never stands in the file"},
      {"{endpoint: 'redis://a', credential: }", "has no value"},
      {"{endpoint: 'redis://a', sentinel: b}", "sentinel is unknown"},
  };
  for (const auto& [redis, fault] : cases) {
    EXPECT_THAT(fault_of(redis), HasSubstr(fault)) << redis;
    EXPECT_THAT(fault_of(redis), HasSubstr("file:15")) << redis;
  }
  EXPECT_THAT(format_errors("file", with_store("elsewhere").errors), HasSubstr("must be local"));
  EXPECT_THAT(format_errors("file", with_store("{}").errors), HasSubstr("needs redis"));
}

TEST(StoreSettings, WhateverOfItChangesWaitsForARestart) {
  const std::string secure = "endpoint: 'rediss://a'";
  const std::string before = "{redis: {" + secure + ", credential: {managed_identity: {}}}}";
  const LoadResult running = with_store(before);
  const std::string changes[] = {
      "local", "{redis: {" + secure + "}}",
      "{redis: {" + secure + ", credential: {managed_identity: {}}, timeout: 20ms}}",
      "{redis: {" + secure + ", tls: {server_name: b}, credential: {managed_identity: {}}}}",
      "{redis: {" + secure +
          ", credential: {managed_identity: {client_id: "
          "11111111-1111-1111-1111-111111111111}}}}"};
  for (const std::string& change : changes) {
    LoadResult next = with_store(change);
    ASSERT_TRUE(next.config) << format_errors("", next.errors);
    const auto found = differences(running.settings, next.settings);
    ASSERT_FALSE(found.empty()) << change;
    EXPECT_THAT(found, testing::Contains(testing::Field(&SettingChange::at_restart, true)))
        << change;
    EXPECT_THAT(keep_until_restart(*running.config, *next.config),
                testing::ElementsAre("quotas.store"));
    EXPECT_EQ(next.config->quotas.store, running.config->quotas.store);
  }
}

}  // namespace
}  // namespace tollgate::config
