// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <string>

#include "jwt.hpp"

namespace tollgate::auth {
namespace {

using nlohmann::json;

const std::string kTenant = "00000000-0000-0000-0000-000000000001";
const std::string kOther = "00000000-0000-0000-0000-000000000002";
const std::string kV1Issuer = "https://sts.windows.net/" + kTenant + "/";
const std::string kV2Issuer = "https://login.microsoftonline.com/" + kTenant + "/v2.0";
constexpr std::int64_t kNow = 1'800'000'000;

TokenRules rules() {
  TokenRules out;
  out.tenants = {kTenant};
  out.issuers = {{kV1Issuer, kTenant}, {kV2Issuer, kTenant}};
  out.audiences = {"api://tollgate", "00000000-0000-0000-0000-0000000000ff"};
  return out;
}

json good_claims() {
  return {{"exp", kNow + 3600},
          {"nbf", kNow - 60},
          {"tid", kTenant},
          {"iss", kV2Issuer},
          {"aud", "api://tollgate"},
          {"azp", "00000000-0000-0000-0000-0000000000AA"},
          {"oid", "00000000-0000-0000-0000-0000000000BB"}};
}

Result<TokenIdentity> check(const json& claims, const TokenRules& with = rules()) {
  return check_claims(claims, with, UtcTime(seconds(kNow)));
}

TEST(CheckClaims, YieldsTheIdentityInLowerCase) {
  json claims = good_claims();
  claims["roles"] = {"Gateway.Invoke", 7, "Other"};
  claims["groups"] = {kOther};
  const Result<TokenIdentity> identity = check(claims);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->tenant_id, kTenant);
  EXPECT_EQ(identity->app_id, "00000000-0000-0000-0000-0000000000aa");
  EXPECT_EQ(identity->object_id, "00000000-0000-0000-0000-0000000000bb");
  EXPECT_EQ(identity->roles, (std::vector<std::string>{"Gateway.Invoke", "Other"}));
  EXPECT_EQ(identity->groups, std::vector<std::string>{kOther});
  EXPECT_EQ(identity->expires_at, UtcTime(seconds(kNow + 3600)));
}

TEST(CheckClaims, TakesTheAppIdOfV1Tokens) {
  json claims = good_claims();
  claims.erase("azp");
  claims["appid"] = "00000000-0000-0000-0000-0000000000CC";
  claims["iss"] = kV1Issuer;
  const Result<TokenIdentity> identity = check(claims);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->app_id, "00000000-0000-0000-0000-0000000000cc");
}

struct Case {
  std::string name;
  std::string claim;
  json value;
  bool accepted = false;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class OneClaim : public testing::TestWithParam<Case> {};

TEST_P(OneClaim, Decides) {
  json claims = good_claims();
  claims[GetParam().claim] = GetParam().value;
  const Result<TokenIdentity> identity = check(claims);
  ASSERT_EQ(identity.has_value(), GetParam().accepted);
  if (!identity) {
    EXPECT_EQ(identity.error().code, Errc::unauthenticated);
  }
}

const auto kName = [](const auto& info) { return info.param.name; };
constexpr std::int64_t kSkew = kClockSkew.count();
static_assert(kSkew <= 300);

INSTANTIATE_TEST_SUITE_P(
    A3Times, OneClaim,
    testing::Values(Case{"exp_a_second_within_skew", "exp", kNow - kSkew + 1, true},
                    Case{"exp_at_skew", "exp", kNow - kSkew, false},
                    Case{"exp_a_second_beyond_skew", "exp", kNow - kSkew - 1, false},
                    Case{"nbf_a_second_within_skew", "nbf", kNow + kSkew - 1, true},
                    Case{"nbf_at_skew", "nbf", kNow + kSkew, true},
                    Case{"nbf_a_second_beyond_skew", "nbf", kNow + kSkew + 1, false},
                    Case{"exp_fraction", "exp", kNow + 60.5, true},
                    Case{"exp_string", "exp", std::to_string(kNow + 60)},
                    Case{"exp_null", "exp", nullptr}, Case{"exp_bool", "exp", true},
                    Case{"exp_array", "exp", json::array({kNow + 60})},
                    Case{"exp_negative", "exp", -1}, Case{"exp_zero", "exp", 0},
                    Case{"exp_in_milliseconds", "exp", (kNow + 60) * 1000},
                    Case{"exp_1e30", "exp", 1e30},
                    Case{"exp_2_to_63", "exp", std::uint64_t{1} << 63},
                    Case{"exp_infinite", "exp", std::numeric_limits<double>::infinity()},
                    Case{"exp_nan", "exp", std::numeric_limits<double>::quiet_NaN()},
                    Case{"nbf_string", "nbf", "0"}, Case{"nbf_negative", "nbf", -1},
                    Case{"nbf_null", "nbf", nullptr}, Case{"nbf_1e30", "nbf", 1e30}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    A4Audience, OneClaim,
    testing::Values(Case{"other_api", "aud", "api://other"},
                    Case{"graph", "aud", "https://graph.microsoft.com"},
                    Case{"prefix", "aud", "api://toll"}, Case{"longer", "aud", "api://tollgate2"},
                    Case{"upper_case", "aud", "API://TOLLGATE"},
                    Case{"array", "aud", json::array({"api://tollgate"})},
                    Case{"object", "aud", json::object()}, Case{"null", "aud", nullptr},
                    Case{"empty", "aud", ""}, Case{"slash_alone", "aud", "/"},
                    Case{"two_slashes", "aud", "api://tollgate//"},
                    Case{"trailing_slash_of_v1", "aud", "api://tollgate/", true},
                    Case{"client_id", "aud", "00000000-0000-0000-0000-0000000000ff", true}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    A5Issuer, OneClaim,
    testing::Values(
        Case{"other_tenants", "iss", "https://login.microsoftonline.com/" + kOther + "/v2.0"},
        Case{"template", "iss", "https://login.microsoftonline.com/{tenantid}/v2.0"},
        Case{"plain_http", "iss", "http://login.microsoftonline.com/" + kTenant + "/v2.0"},
        Case{"user_information", "iss", "https://x@login.microsoftonline.com/" + kTenant + "/v2.0"},
        Case{"suffix", "iss", kV2Issuer + "/"},
        Case{"host_suffix", "iss", "https://login.microsoftonline.com.evil/" + kTenant + "/v2.0"},
        Case{"v1_host_v2_path", "iss", "https://sts.windows.net/" + kTenant + "/v2.0"},
        Case{"v1_without_slash", "iss", "https://sts.windows.net/" + kTenant},
        Case{"null", "iss", nullptr}, Case{"array", "iss", json::array({kV2Issuer})},
        Case{"v1", "iss", kV1Issuer, true}, Case{"tenant_is_another", "tid", kOther},
        Case{"tenant_is_empty", "tid", ""}, Case{"tenant_is_null", "tid", nullptr},
        Case{"tenant_in_upper_case", "tid", kTenant, true}),
    kName);

TEST(CheckClaims, NeedsEveryClaimThatProves) {
  for (const char* name : {"exp", "tid", "iss", "aud"}) {
    json claims = good_claims();
    claims.erase(name);
    EXPECT_FALSE(check(claims)) << name;
  }
  json claims = good_claims();
  claims.erase("nbf");
  EXPECT_TRUE(check(claims));
}

TEST(CheckClaims, KeepsIssuerAndTenantTogether) {
  TokenRules two = rules();
  two.tenants.push_back(kOther);
  two.issuers.push_back({"https://login.microsoftonline.com/" + kOther + "/v2.0", kOther});
  json claims = good_claims();
  claims["tid"] = kOther;  // both are accepted, but not with one another
  EXPECT_FALSE(check(claims, two));
  claims["iss"] = "https://login.microsoftonline.com/" + kOther + "/v2.0";
  EXPECT_TRUE(check(claims, two));
}

TEST(CheckClaims, TakesAConfiguredIssuerForItsOwnTenant) {
  TokenRules custom = rules();
  custom.tenants.push_back(kOther);
  custom.issuers = {{"https://issuer.example/", kTenant}};
  json claims = good_claims();
  EXPECT_FALSE(check(claims, custom));
  claims["iss"] = "https://issuer.example/";
  EXPECT_TRUE(check(claims, custom));
  claims["tid"] = kOther;
  EXPECT_FALSE(check(claims, custom));
}

TEST(CheckClaims, ForbidsWithoutTheRequiredRole) {
  TokenRules strict = rules();
  strict.required_role = "Gateway.Invoke";
  json claims = good_claims();
  for (const json& roles :
       {json(nullptr), json::array(), json::array({"gateway.invoke"}), json("Gateway.Invoke")}) {
    claims["roles"] = roles;
    const Result<TokenIdentity> identity = check(claims, strict);
    ASSERT_FALSE(identity) << roles;
    EXPECT_EQ(identity.error().code, Errc::forbidden);
  }
  claims["roles"] = {"Gateway.Invoke"};
  EXPECT_TRUE(check(claims, strict));
  claims["aud"] = "api://other";  // a role is worth nothing in another API's token
  EXPECT_EQ(check(claims, strict).error().code, Errc::unauthenticated);
}

struct Kind {
  std::string name;
  json claims;
  bool for_user;
};

void PrintTo(const Kind& c, std::ostream* out) { *out << c.name; }

class TokenKind : public testing::TestWithParam<Kind> {};

TEST_P(TokenKind, IsToldInBothVersions) {
  for (const std::string& issuer : {kV1Issuer, kV2Issuer}) {
    json claims = good_claims();
    claims["iss"] = issuer;
    claims.update(GetParam().claims);
    const Result<TokenIdentity> identity = check(claims);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->for_user, GetParam().for_user);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Claims, TokenKind,
    testing::Values(Kind{"without_both", json::object(), false},
                    Kind{"app_by_idtyp", {{"idtyp", "app"}}, false},
                    Kind{"user_by_scp", {{"scp", "Gateway.Use"}}, true},
                    Kind{"user_by_empty_scp", {{"scp", ""}}, true},
                    Kind{"user_by_idtyp", {{"idtyp", "user"}}, true},
                    Kind{
                        "idtyp_goes_before_scp", {{"idtyp", "app"}, {"scp", "Gateway.Use"}}, false},
                    Kind{"unknown_idtyp", {{"idtyp", "device"}}, false},
                    Kind{"idtyp_of_another_type", {{"idtyp", 1}, {"scp", "x"}}, true},
                    Kind{"roles_alone", {{"roles", {"Gateway.Invoke"}}}, false}),
    [](const auto& info) { return info.param.name; });

TEST(CheckClaims, ForbidsAUserWithoutTheRequiredScope) {
  TokenRules strict = rules();
  strict.required_scope = "Gateway.Use";
  json claims = good_claims();
  EXPECT_TRUE(check(claims, strict)) << "an application has no scopes";
  for (const char* scopes : {"", "Gateway.Us", "Gateway.Use2", "gateway.use", "Other More"}) {
    claims["scp"] = scopes;
    const Result<TokenIdentity> identity = check(claims, strict);
    ASSERT_FALSE(identity) << scopes;
    EXPECT_EQ(identity.error().code, Errc::forbidden);
  }
  for (const char* scopes : {"Gateway.Use", "Other Gateway.Use", "Gateway.Use Other"}) {
    claims["scp"] = scopes;
    EXPECT_TRUE(check(claims, strict)) << scopes;
  }
}

TEST(CheckClaims, NoticesThatGroupsAreElsewhere) {
  json claims = good_claims();
  EXPECT_FALSE(check(claims)->groups_elsewhere);
  claims["_claim_names"] = {{"groups", "src1"}};
  EXPECT_TRUE(check(claims)->groups_elsewhere);
  claims.erase("_claim_names");
  claims["hasgroups"] = true;
  EXPECT_TRUE(check(claims)->groups_elsewhere);
}

}  // namespace
}  // namespace tollgate::auth
