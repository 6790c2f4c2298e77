// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "presented.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tollgate/base/base64.hpp"

namespace tollgate::auth {
namespace {

const std::string kToken = to_base64url(R"({"alg":"RS256"})") + "." + to_base64url("{}") + ".c2ln";

struct Case {
  std::string name;
  std::vector<HeaderField> fields;
  std::string api_keys;  ///< joined by blanks; "-": none
  std::string token;
  std::optional<Errc> error;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

config::Authentication settings() {
  config::Authentication out;
  out.custom_header = config::CustomHeaderAuthentication{"x-client-id", {"10.0.0.0/8"}};
  return out;
}

template <class Keys>
std::string joined(const Keys& keys) {
  std::string out;
  for (const std::string_view key : keys) out.append(out.empty() ? "" : " ").append(key);
  return out.empty() ? "-" : out;
}

class OneRule : public testing::TestWithParam<Case> {};

TEST_P(OneRule, IsKept) {
  const Result<Presented> presented = read_presented(GetParam().fields, settings());
  if (GetParam().error) {
    ASSERT_FALSE(presented);
    EXPECT_EQ(presented.error().code, *GetParam().error);
    return;
  }
  ASSERT_TRUE(presented);
  EXPECT_EQ(joined(presented->api_keys), GetParam().api_keys);
  EXPECT_EQ(presented->token.value_or("-"), GetParam().token);
}

constexpr Errc kTwice = Errc::invalid_input;
constexpr Errc kRefused = Errc::unauthenticated;
const std::string kBearerToken = "Bearer " + kToken;

INSTANTIATE_TEST_SUITE_P(
    A7, OneRule,
    testing::Values(
        Case{"nothing", {{"host", "gw"}}, "-", "-", {}},
        Case{"key", {{"api-key", "k"}}, "k", "-", {}},
        Case{"key_in_any_case", {{"API-Key", "k"}}, "k", "-", {}},
        Case{"key_empty", {{"api-key", ""}}, "-", "-", {}},
        Case{"key_in_its_other_header", {{"X-Api-Key", "k"}}, "k", "-", {}},
        Case{"key_in_both_headers", {{"api-key", "k"}, {"x-api-key", "k"}}, "k", "-", {}},
        Case{"two_keys", {{"x-api-key", "l"}, {"api-key", "k"}}, "k l", "-", {}},
        Case{"key_underscore_twin", {{"api_key", "k"}}, "-", "-", {}},
        Case{"token", {{"Authorization", kBearerToken}}, "-", kToken, {}},
        Case{"opaque_bearer", {{"authorization", "Bearer k"}}, "k", "-", {}},
        Case{"scheme_in_any_case", {{"authorization", "bEARER k"}}, "k", "-", {}},
        Case{"key_and_bearer", {{"api-key", "k"}, {"authorization", "Bearer k"}}, "k", "-", {}},
        Case{"key_and_other_bearer",
             {{"authorization", "Bearer l"}, {"api-key", "k"}},
             "k l",
             "-",
             {}},
        Case{
            "key_and_empty_bearer", {{"api-key", "k"}, {"authorization", "Bearer "}}, "k", "-", {}},
        Case{"key_and_bare_scheme", {{"api-key", "k"}, {"authorization", "Bearer"}}, "k", "-", {}},
        Case{
            "key_and_empty_authorization", {{"api-key", "k"}, {"authorization", ""}}, "k", "-", {}},
        Case{"token_and_empty_key",
             {{"api-key", ""}, {"authorization", kBearerToken}},
             "-",
             kToken,
             {}},
        Case{"bearer_and_key", {{"authorization", kBearerToken}, {"api-key", "k"}}, "", "", kTwice},
        Case{"key_and_other_scheme",
             {{"authorization", "Basic eDp5"}, {"api-key", "k"}},
             "",
             "",
             kRefused},
        Case{"key_twice", {{"api-key", "k"}, {"Api-Key", "k"}}, "", "", kTwice},
        Case{"authorization_twice",
             {{"authorization", kBearerToken}, {"Authorization", kBearerToken}},
             "",
             "",
             kTwice},
        Case{"custom_header_twice", {{"x-client-id", "a"}, {"X-Client-Id", "b"}}, "", "", kTwice},
        Case{"bearer_word_twice", {{"authorization", "Bearer Bearer k"}}, "", "", kRefused},
        Case{"tab_behind_scheme", {{"authorization", "Bearer\tk"}}, "", "", kRefused},
        Case{"two_blanks", {{"authorization", "Bearer  k"}}, "", "", kRefused},
        Case{"tab_inside", {{"authorization", "Bearer k\tl"}}, "", "", kRefused},
        Case{"list", {{"authorization", "Bearer a,Bearer b"}}, "", "", kRefused},
        Case{"scheme_alone", {{"authorization", "Bearer"}}, "-", "-", {}},
        Case{"longer_scheme", {{"authorization", "Bearerk"}}, "", "", kRefused},
        Case{"empty", {{"authorization", ""}}, "-", "-", {}},
        Case{"no_scheme", {{"authorization", kToken}}, "", "", kRefused},
        Case{"other_scheme", {{"authorization", "Basic eDp5"}}, "", "", kRefused}),
    [](const auto& info) { return info.param.name; });

TEST(ReadPresented, KeepsTheCustomHeaderBesideACredential) {
  const std::vector<HeaderField> fields{{"X-Client-Id", "legacy"}, {"api-key", "k"}};
  const Result<Presented> presented = read_presented(fields, settings());
  ASSERT_TRUE(presented);
  EXPECT_EQ(presented->custom_header, "legacy");
  EXPECT_EQ(joined(presented->api_keys), "k");
}

TEST(ReadPresented, KnowsOnlyTheConfiguredHeaders) {
  config::Authentication other;
  other.api_key_headers = {"x-key"};
  const std::vector<HeaderField> fields{
      {"api-key", "k"}, {"x-client-id", "legacy"}, {"X-Key", "mine"}};
  const Result<Presented> presented = read_presented(fields, other);
  ASSERT_TRUE(presented);
  EXPECT_EQ(joined(presented->api_keys), "mine");
  EXPECT_FALSE(presented->custom_header);
}

}  // namespace
}  // namespace tollgate::auth
