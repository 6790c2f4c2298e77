// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "jwt.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tollgate/base/base64.hpp"

namespace tollgate::auth {
namespace {

const std::string kHeader = R"({"typ":"JWT","alg":"RS256","kid":"k1"})";
const std::string kClaims = R"({"aud":"api://tollgate"})";

std::string token(const std::string& header, const std::string& claims) {
  return to_base64url(header) + "." + to_base64url(claims) + "." + to_base64url("signature");
}

std::string with_signature_part(const std::string& part) {
  return to_base64url(kHeader) + "." + to_base64url(kClaims) + "." + part;
}

std::string with_header(const std::string& header) { return token(header, kClaims); }
std::string with_claims(const std::string& claims) { return token(kHeader, claims); }

TEST(DecodeJwt, TakesAWellFormedTokenApart) {
  const std::string text = token(kHeader, kClaims);
  const Result<Jwt> jwt = decode_jwt(text);
  ASSERT_TRUE(jwt);
  EXPECT_EQ(jwt->key_id, "k1");
  EXPECT_EQ(jwt->signed_part, text.substr(0, text.rfind('.')));
  EXPECT_EQ(jwt->signature, "signature");
  EXPECT_EQ(jwt->claims.at("aud"), "api://tollgate");
}

TEST(DecodeJwt, DoesNotLookAtKeysInTheHeader) {
  const Result<Jwt> jwt = decode_jwt(with_header(
      R"({"alg":"RS256","kid":"k1","jku":"https://evil/","x5u":"https://evil/","jwk":{"kty":"RSA"},"x5c":["MII"]})"));
  ASSERT_TRUE(jwt);
  EXPECT_EQ(jwt->key_id, "k1");
}

struct Case {
  std::string name;
  std::string token;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class RefusedToken : public testing::TestWithParam<Case> {};

TEST_P(RefusedToken, IsUnauthenticated) {
  const Result<Jwt> jwt = decode_jwt(GetParam().token);
  ASSERT_FALSE(jwt);
  EXPECT_EQ(jwt.error().code, Errc::unauthenticated);
}

const auto kName = [](const auto& info) { return info.param.name; };

Case algorithm(const std::string& name, const std::string& value) {
  return {name, with_header(R"({"kid":"k1","alg":)" + value + "}")};
}

INSTANTIATE_TEST_SUITE_P(
    A1Algorithm, RefusedToken,
    testing::Values(algorithm("none", R"("none")"), algorithm("None", R"("None")"),
                    algorithm("NONE", R"("NONE")"), algorithm("nOnE", R"("nOnE")"),
                    algorithm("empty", R"("")"), algorithm("HS256", R"("HS256")"),
                    algorithm("PS256", R"("PS256")"), algorithm("ES256", R"("ES256")"),
                    algorithm("RS384", R"("RS384")"), algorithm("RS512", R"("RS512")"),
                    algorithm("lower_case", R"("rs256")"), algorithm("blank", R"("RS256 ")"),
                    algorithm("array", R"(["RS256"])"), algorithm("null", "null"),
                    Case{"missing", with_header(R"({"kid":"k1"})")},
                    Case{"none_without_signature", to_base64url(R"({"alg":"none","kid":"k1"})") +
                                                       "." + to_base64url(kClaims) + "."}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    A2KeyId, RefusedToken,
    testing::Values(Case{"missing", with_header(R"({"alg":"RS256"})")},
                    Case{"number", with_header(R"({"alg":"RS256","kid":1})")},
                    Case{"empty", with_header(R"({"alg":"RS256","kid":""})")},
                    Case{"array", with_header(R"({"alg":"RS256","kid":["k1"]})")},
                    Case{"of_8_KiB", with_header(R"({"alg":"RS256","kid":")" +
                                                 std::string(8192, 'k') + R"("})")}),
    kName);

std::string nested(int depth) {
  return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

INSTANTIATE_TEST_SUITE_P(
    A6Shape, RefusedToken,
    testing::Values(
        Case{"nothing", ""}, Case{"one_part", to_base64url(kHeader)},
        Case{"two_parts", to_base64url(kHeader) + "." + to_base64url(kClaims)},
        Case{"four_parts", token(kHeader, kClaims) + ".x"},
        Case{"five_parts_as_jwe", token(kHeader, kClaims) + ".eA.eA"},
        Case{"ten_thousand_dots", std::string(10'000, '.')},
        Case{"over_32_KiB", with_claims(R"({"a":")" + std::string(32 * 1024, 'a') + R"("})")},
        Case{"no_signature", with_signature_part("")}, Case{"padded", with_signature_part("Zg==")},
        Case{"non_canonical", with_signature_part("Zh")},
        Case{"standard_alphabet", with_signature_part("+/8")},
        Case{"blank_inside", with_signature_part("c2 ln")},
        Case{"header_is_no_object", with_header(R"(["RS256"])")},
        Case{"payload_is_no_object", with_claims("[]")},
        Case{"payload_is_a_string", with_claims(R"("x")")},
        Case{"payload_is_empty", with_claims("")},
        Case{"payload_with_bom", with_claims("\xEF\xBB\xBF" + kClaims)},
        Case{"payload_is_cut", with_claims(R"({"aud":"x")")},
        Case{"payload_goes_on", with_claims("{}{}")},
        Case{"bad_utf8", with_claims("{\"aud\":\"\xC3\x28\"}")},
        Case{"duplicate_claim", with_claims(R"({"tid":"a","tid":"b"})")},
        Case{"duplicate_claim_escaped", with_claims(R"({"tid":"a","\u0074id":"b"})")},
        Case{"duplicate_inside", with_claims(R"({"a":[{"b":1,"b":2}]})")},
        Case{"duplicate_alg", with_header(R"({"alg":"none","alg":"RS256","kid":"k1"})")},
        Case{"deep", with_claims(nested(2000))}, Case{"just_too_deep", with_claims(nested(16))},
        Case{"number_out_of_range", with_claims(R"({"exp":1e400})")},
        Case{"not_a_number", with_claims(R"({"exp":NaN})")},
        Case{"crit", with_header(R"({"alg":"RS256","kid":"k1","crit":["exp"]})")},
        Case{"crit_empty", with_header(R"({"alg":"RS256","kid":"k1","crit":[]})")},
        Case{"b64_false", with_header(R"({"alg":"RS256","kid":"k1","b64":false})")}),
    kName);

TEST(DecodeJwt, AllowsModestDepth) { EXPECT_TRUE(decode_jwt(with_claims(nested(15)))); }

TEST(LooksLikeJwt, TellsTokensFromOpaqueKeys) {
  EXPECT_TRUE(looks_like_jwt(token(kHeader, kClaims)));
  EXPECT_TRUE(
      looks_like_jwt(token(R"({"alg":"none"})", "")));  // a token that will be refused, not a key
  EXPECT_TRUE(looks_like_jwt(token(kHeader, kClaims) + ".x.y"));
  for (const std::string& key :
       {std::string(), std::string("0123456789abcdef0123456789abcdef"), std::string("sk.with.dots"),
        std::string(".."), to_base64url(kHeader) + "." + to_base64url(kClaims),
        to_base64url("[1]") + ".a.b", to_base64url("{no json") + ".a.b",
        "=" + token(kHeader, kClaims), std::string(33 * 1024, 'a') + ".b.c"}) {
    EXPECT_FALSE(looks_like_jwt(key)) << key.substr(0, 80);
  }
}

}  // namespace
}  // namespace tollgate::auth
