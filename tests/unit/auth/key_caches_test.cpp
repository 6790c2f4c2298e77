// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/auth/key_caches.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fake_issuer.hpp"
#include "http/fake_transport.hpp"
#include "key_cache.hpp"
#include "telemetry/quiet_log.hpp"

namespace tollgate::auth {
namespace {

namespace asio = boost::asio;

const std::string kTenant = "00000000-0000-0000-0000-000000000001";
const std::string kOther = "00000000-0000-0000-0000-000000000002";

class KeyCachesTest : public testing::Test {
 protected:
  KeyCachesTest() {
    issuer_.keys[kTenant] = {Signer::of("first").jwk()};
    issuer_.keys[kOther] = {Signer::of("second").jwk()};
  }
  void poll() {
    context_.restart();
    context_.poll();
  }

  telemetry::QuietLog quiet_;
  asio::io_context context_;
  FakeIssuer issuer_;
  http::FakeTransport transport_{
      context_.get_executor(),
      [this](const http::ClientRequest& request) { return issuer_(request); }};
  KeyCaches caches_{transport_, context_.get_executor()};
};

TEST_F(KeyCachesTest, TheNextUserHasTheKeysAtOnce) {
  auto first = caches_.find_or_start(FakeIssuer::kAuthority, kTenant);
  poll();
  const auto keys = first->keys();
  ASSERT_TRUE(keys);
  const auto second = caches_.find_or_start(FakeIssuer::kAuthority, kTenant);
  first.reset();
  poll();
  EXPECT_EQ(second->keys(), keys);
  EXPECT_EQ(second->fetches(), 1U);
}

TEST_F(KeyCachesTest, AnotherTenantOrAuthorityHasOthers) {
  const auto first = caches_.find_or_start(FakeIssuer::kAuthority, kTenant);
  const auto second = caches_.find_or_start(FakeIssuer::kAuthority, kOther);
  const auto third = caches_.find_or_start("https://elsewhere.example", kTenant);
  EXPECT_NE(first, second);
  EXPECT_NE(first, third);
}

TEST_F(KeyCachesTest, WhatNobodyUsesIsRefreshedNoMore) {
  auto only = caches_.find_or_start(FakeIssuer::kAuthority, kTenant);
  poll();
  only.reset();
  poll();
  EXPECT_TRUE(context_.stopped()) << "nothing is left to wait for";
  const auto anew = caches_.find_or_start(FakeIssuer::kAuthority, kTenant);
  EXPECT_EQ(anew->keys(), nullptr);
  poll();
  EXPECT_NE(anew->keys(), nullptr);
}

TEST_F(KeyCachesTest, GivenUpInTheMiddleOfAFetchItEndsByItself) {
  auto only = caches_.find_or_start(FakeIssuer::kAuthority, kTenant);
  context_.restart();
  context_.poll_one();
  only.reset();
  poll();
  EXPECT_TRUE(context_.stopped());
}

TEST_F(KeyCachesTest, StopEndsThemAll) {
  const auto first = caches_.find_or_start(FakeIssuer::kAuthority, kTenant);
  const auto second = caches_.find_or_start(FakeIssuer::kAuthority, kOther);
  poll();
  EXPECT_FALSE(context_.stopped());
  caches_.stop();
  poll();
  EXPECT_TRUE(context_.stopped());
}

}  // namespace
}  // namespace tollgate::auth
