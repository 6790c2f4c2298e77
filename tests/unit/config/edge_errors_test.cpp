// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "minimal.hpp"

// What is refused of the settings that say whom to believe and what stands in between.
namespace tollgate::config {
namespace {

using testing::ElementsAre;

const std::string kAddress = "address: 127.0.0.1:8080";
const std::string kLedger = "ledger: {path: /tmp/ledger.db}";

TEST(EdgeErrors, AnIssuerMustBelongToTenants) {
  constexpr const char* kTwoTenants =
      "\nauthentication:\n  entra:\n"
      "    tenants: [00000000-0000-0000-0000-00000000000a, 00000000-0000-0000-0000-00000000000b]\n"
      "    audiences: [api://tollgate]\n    issuers:\n";
  const auto errors = [&](const std::string& issuer) {
    return errors_of(minimal_with(kLedger, kLedger + kTwoTenants + "      - " + issuer));
  };
  EXPECT_THAT(errors("https://sts.example/00000000-0000-0000-0000-00000000000B/"), ElementsAre());
  EXPECT_THAT(
      errors("{issuer: https://x.example, tenants: [00000000-0000-0000-0000-00000000000a]}"),
      ElementsAre());
  EXPECT_THAT(errors("https://issuer.example/"),
              ElementsAre(testing::HasSubstr("issuers[0].issuer cannot be tied to a tenant")));
  EXPECT_THAT(errors("{issuer: https://issuer.example/}"),
              ElementsAre(testing::HasSubstr("issuers[0].issuer cannot be tied to a tenant")));
  EXPECT_THAT(
      errors("{issuer: https://x.example, tenants: [00000000-0000-0000-0000-00000000000c]}"),
      ElementsAre(testing::HasSubstr("issuers[0].tenants names a tenant that")));
}

TEST(EdgeErrors, AnEgressProxyHasAHostAndAPort) {
  const auto errors = [&](const std::string& proxy) {
    return errors_of(minimal_with(kLedger, kLedger + "\ngateway: {egress_proxy: " + proxy + "}"));
  };
  EXPECT_THAT(errors("{url: 'http://proxy.example:3128'}"), ElementsAre());
  EXPECT_THAT(errors("{url: 'http://[::1]:3128/', except: [.azure.com]}"), ElementsAre());
  for (const char* url : {"https://proxy.example:3128", "http://proxy.example",
                          "http://user:word@proxy.example:3128", "socks5://proxy.example:1080"}) {
    EXPECT_THAT(errors("{url: '" + std::string(url) + "'}"),
                ElementsAre(testing::HasSubstr("egress_proxy.url must be http://host:port")))
        << url;
  }
  for (const char* nobody : {"http://x.example", "10.0.0.0/33", "a.example,b.example"}) {
    EXPECT_THAT(
        errors("{url: 'http://p.example:1', except: [a.example, '" + std::string(nobody) + "']}"),
        ElementsAre(testing::HasSubstr("egress_proxy.except has an entry that is no host, ")));
  }
  for (const char* neither : {"{}", "{url: 'http://p.example:1', direct: true}"}) {
    EXPECT_THAT(errors(neither), ElementsAre(testing::HasSubstr("egress_proxy needs url")));
  }
}

TEST(EdgeErrors, AProbePathHidesNoOperation) {
  for (const char* path : {"healthz", "/", "/openai/v1/models", "/a?b", "/a%2F"}) {
    EXPECT_THAT(errors_of(minimal_with(kAddress, kAddress + "\n    health_path: '" + path + "'")),
                ElementsAre(testing::HasSubstr("listeners[0].health_path must be a path")))
        << path;
  }
}

}  // namespace
}  // namespace tollgate::config
