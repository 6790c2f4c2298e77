// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "key_cache.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include <boost/asio/detached.hpp>

#include "base/run_coroutine.hpp"
#include "fake_issuer.hpp"
#include "http/fake_transport.hpp"
#include "telemetry/quiet_log.hpp"

namespace tollgate::auth {
namespace {

namespace asio = boost::asio;
using http::ClientRequest;
using http::ClientResponse;

const std::string kTenant = "00000000-0000-0000-0000-000000000001";
const std::string kAuthority = FakeIssuer::kAuthority;

constexpr SteadyTime at(seconds since) { return SteadyTime(std::chrono::hours(1000)) + since; }

TEST(RefreshPolicy, FetchesHourlyAndSoonerAfterAFailure) {
  RefreshPolicy policy;
  EXPECT_LE(policy.next_fetch(), at(seconds(0)));
  policy.fetched(at(seconds(0)), true);
  EXPECT_EQ(policy.next_fetch(), at(seconds(3600)));
  policy.fetched(at(seconds(3600)), false);
  EXPECT_EQ(policy.next_fetch(), at(seconds(3630)));
}

TEST(RefreshPolicy, KeepsKeysThroughFailuresUntilTheHardAge) {
  RefreshPolicy policy;
  EXPECT_FALSE(policy.keys_usable(at(seconds(0))));
  policy.fetched(at(seconds(0)), false);
  EXPECT_FALSE(policy.keys_usable(at(seconds(0))));
  policy.fetched(at(seconds(0)), true);
  policy.fetched(at(seconds(3600)), false);
  EXPECT_TRUE(policy.keys_usable(at(RefreshPolicy::kHardAge - seconds(1))));
  EXPECT_FALSE(policy.keys_usable(at(RefreshPolicy::kHardAge)));
}

TEST(RefreshPolicy, BoundsFetchesForUnknownKeys) {
  RefreshPolicy policy;
  int fetches = 0;
  for (int ms = 0; ms < 10 * 60 * 1000; ms += 10) {  // ten minutes of a flood
    if (policy.may_fetch_for_unknown(at(seconds(0)) + milliseconds(ms))) ++fetches;
  }
  EXPECT_EQ(fetches, 2);
}

TEST(RefreshPolicy, LetsUnknownKeysAskAgainSoonAfterAFailure) {
  RefreshPolicy policy;
  ASSERT_TRUE(policy.may_fetch_for_unknown(at(seconds(0))));
  policy.fetched(at(seconds(1)), false);
  EXPECT_FALSE(policy.may_fetch_for_unknown(at(seconds(30))));
  EXPECT_TRUE(policy.may_fetch_for_unknown(at(seconds(31))));
}

class KeyCacheTest : public testing::Test {
 protected:
  KeyCacheTest() { issuer_.keys[kTenant] = {Signer::of("first").jwk()}; }

  void fetch_once() {
    asio::co_spawn(context_, cache_.run(), asio::detached);
    context_.poll();
    context_.restart();
  }
  std::shared_ptr<const KeySet> ask() {
    return run_coroutine(context_, cache_.keys_after_refresh());
  }

  telemetry::QuietLog quiet_;
  asio::io_context context_;
  FakeIssuer issuer_;
  http::FakeTransport transport_{context_.get_executor(),
                                 [this](const ClientRequest& request) { return issuer_(request); }};
  KeyCache cache_{kAuthority, kTenant, transport_, context_.get_executor()};
};

TEST_F(KeyCacheTest, FetchesTheKeysOfBothVersions) {
  EXPECT_EQ(cache_.keys(), nullptr);
  fetch_once();
  ASSERT_TRUE(cache_.keys());
  EXPECT_TRUE(cache_.keys()->contains("first"));
  std::vector<std::string> urls;
  for (const ClientRequest& request : transport_.requests) {
    urls.push_back(request.url);
    EXPECT_EQ(request.method, "GET");
    EXPECT_LE(request.response_limit, 1024U * 1024U);  // a set of 10 MB ends as too_large
  }
  const std::string root = kAuthority + "/" + kTenant;
  EXPECT_EQ(urls,
            (std::vector<std::string>{
                root + "/v2.0/.well-known/openid-configuration", root + "/discovery/v2.0/keys",
                root + "/.well-known/openid-configuration", root + "/discovery/keys"}));
}

TEST_F(KeyCacheTest, ManyWaitersShareTheFetchInProgress) {
  transport_.hold();
  asio::co_spawn(context_, cache_.run(), asio::detached);
  int served = 0;
  for (int i = 0; i < 100; ++i) {
    asio::co_spawn(context_, cache_.keys_after_refresh(),
                   [&](const std::exception_ptr&, const std::shared_ptr<const KeySet>& keys) {
                     if (keys && keys->contains("first")) ++served;
                   });
  }
  context_.poll();
  EXPECT_EQ(transport_.requests.size(), 1U);
  EXPECT_EQ(served, 0);
  transport_.release();
  context_.poll();
  EXPECT_EQ(served, 100);
  EXPECT_EQ(cache_.fetches(), 1U);
}

TEST_F(KeyCacheTest, AFloodOfUnknownKeysCostsOneFetch) {
  fetch_once();
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(ask());
  EXPECT_EQ(cache_.fetches(), 2U);
}

TEST_F(KeyCacheTest, ARotatedKeyIsThereAfterOneFetchAndTheOldOneGone) {
  fetch_once();
  issuer_.keys[kTenant] = {Signer::of("second").jwk()};
  const auto keys = ask();
  ASSERT_TRUE(keys);
  EXPECT_TRUE(keys->contains("second"));
  EXPECT_FALSE(keys->contains("first"));
}

TEST_F(KeyCacheTest, StopEndsItAlsoInTheMiddleOfAFetch) {
  transport_.hold();
  bool ended = false;
  asio::co_spawn(context_, cache_.run(), [&](const std::exception_ptr&) { ended = true; });
  context_.poll();
  cache_.stop();
  transport_.release();
  context_.restart();
  context_.poll();
  EXPECT_TRUE(ended);
}

TEST_F(KeyCacheTest, StopEndsItWhileItWaits) {
  bool ended = false;
  asio::co_spawn(context_, cache_.run(), [&](const std::exception_ptr&) { ended = true; });
  context_.poll();
  ASSERT_FALSE(ended);
  cache_.stop();
  context_.restart();
  context_.poll();
  EXPECT_TRUE(ended);
}

struct Failure {
  std::string name;
  http::FakeTransport::Answer answer;
};

void PrintTo(const Failure& failure, std::ostream* out) { *out << failure.name; }

Failure failing(const std::string& name, Errc code) {
  return {name, [code](const ClientRequest&) -> Result<ClientResponse> {
            return Error{code, "no"};
          }};
}

Failure answering(const std::string& name, int status, const std::string& body) {
  return {name, [=](const ClientRequest&) -> Result<ClientResponse> {
            return ClientResponse{status, {{"Location", "https://evil.example/keys"}}, body};
          }};
}

const std::string kGoodKeys = key_document({Signer::of("second").jwk()});

std::string metadata(const std::string& jwks_uri) {
  return nlohmann::json{{"jwks_uri", jwks_uri}}.dump();
}

/// The metadata names `jwks_uri`; whoever asks there is given good keys.
Failure keys_at(const std::string& name, const std::string& jwks_uri, int metadata_status = 200) {
  return {name, [=](const ClientRequest& request) -> Result<ClientResponse> {
            if (request.url == jwks_uri) return ClientResponse{200, {}, kGoodKeys};
            return ClientResponse{metadata_status, {}, metadata(jwks_uri)};
          }};
}

Failure keys_answering(const std::string& name, int status, const std::string& body) {
  return {name, [=](const ClientRequest& request) -> Result<ClientResponse> {
            if (request.url.find("/keys") != std::string::npos)
              return ClientResponse{status, {}, body};
            return ClientResponse{200, {}, metadata(kAuthority + "/" + kTenant + "/keys")};
          }};
}

class KeyCacheFailure : public KeyCacheTest, public testing::WithParamInterface<Failure> {};

TEST_P(KeyCacheFailure, KeepsTheLastGoodKeys) {
  fetch_once();
  const auto good = cache_.keys();
  ASSERT_TRUE(good);
  transport_.answer = GetParam().answer;
  EXPECT_EQ(ask(), good);
  EXPECT_EQ(cache_.fetches(), 2U);
  for (const ClientRequest& request : transport_.requests) {  // and asked nobody else
    EXPECT_EQ(request.url.rfind(kAuthority + "/", 0), 0U) << request.url;
  }
}

TEST_P(KeyCacheFailure, LeavesNoKeysAtTheStart) {
  transport_.answer = GetParam().answer;
  EXPECT_EQ(ask(), nullptr);
  EXPECT_EQ(cache_.keys(), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    A8, KeyCacheFailure,
    testing::Values(failing("timeout", Errc::timeout), failing("tls", Errc::tls),
                    failing("unreachable", Errc::unavailable), failing("of_10_MB", Errc::too_large),
                    keys_at("metadata_status_500", kAuthority + "/keys", 500),
                    answering("html", 200, "<html></html>"), answering("empty", 200, ""),
                    answering("redirect", 302, ""),
                    answering("uri_is_no_text", 200, R"({"jwks_uri":1})"),
                    keys_at("other_host", "https://evil.example/keys"),
                    keys_at("host_suffix", kAuthority + ".evil.example/keys"),
                    keys_at("user_information", kAuthority + "@evil.example/keys"),
                    keys_at("other_port", kAuthority + ":444/keys"),
                    keys_at("plain_http", "http://login.example/keys"),
                    keys_at("upper_case_host", "https://LOGIN.example/keys"),
                    keys_answering("keys_status_500", 500, kGoodKeys),
                    keys_answering("keys_redirect", 307, kGoodKeys),
                    keys_answering("keys_html", 200, "<html></html>"),
                    keys_answering("keys_empty_set", 200, R"({"keys":[]})")),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tollgate::auth
