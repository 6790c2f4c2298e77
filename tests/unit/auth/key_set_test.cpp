// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "key_set.hpp"

#include <openssl/hmac.h>

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "signer.hpp"

namespace tollgate::auth {
namespace {

using nlohmann::json;

const Signer& first() { return Signer::of("first"); }
const Signer& second() { return Signer::of("second"); }

json changed(json jwk, const char* member, const json& value) {
  jwk[member] = value;
  return jwk;
}

json without(json jwk, const char* member) {
  jwk.erase(member);
  return jwk;
}

TEST(KeySet, VerifiesWhatTheNamedKeySigned) {
  const Result<KeySet> keys = KeySet::parse(key_document({first().jwk(), second().jwk()}));
  ASSERT_TRUE(keys);
  const std::string signature = first().sign("text");
  EXPECT_TRUE(keys->verify("first", "text", signature));
  EXPECT_FALSE(keys->verify("second", "text", signature));
  EXPECT_FALSE(keys->verify("First", "text", signature));
  EXPECT_FALSE(keys->verify("unknown", "text", signature));
  EXPECT_FALSE(keys->verify("first", "texT", signature));
  EXPECT_FALSE(keys->verify("first", "text", ""));
  EXPECT_FALSE(keys->verify("first", "text", signature + "x"));
  EXPECT_FALSE(keys->verify("first", "text", signature.substr(1)));
  EXPECT_FALSE(keys->verify("first", "text", std::string(256, '\0')));
}

TEST(KeySet, TakesNoPublicKeyForAnHmacSecret) {
  const Result<KeySet> keys = KeySet::parse(key_document({first().jwk()}));
  ASSERT_TRUE(keys);
  for (const std::string& secret : {first().jwk().at("n").get<std::string>(), std::string()}) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>("text"), 4, digest, &size);
    EXPECT_FALSE(keys->verify("first", "text", std::string(digest, digest + size)));
  }
}

struct Case {
  std::string name;
  json jwk;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class UselessKey : public testing::TestWithParam<Case> {};

TEST_P(UselessKey, IsSkippedAndHarmsNoOther) {
  const Result<KeySet> alone = KeySet::parse(key_document({GetParam().jwk}));
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code, Errc::protocol);
  const Result<KeySet> beside = KeySet::parse(key_document({GetParam().jwk, second().jwk()}));
  ASSERT_TRUE(beside);
  EXPECT_TRUE(beside->contains("second"));
  EXPECT_FALSE(beside->contains("first"));
}

INSTANTIATE_TEST_SUITE_P(
    A8Malformed, UselessKey,
    testing::Values(
        Case{"no_object", "first"}, Case{"other_type", changed(first().jwk(), "kty", "EC")},
        Case{"no_type", without(first().jwk(), "kty")},
        Case{"symmetric", {{"kty", "oct"}, {"kid", "first"}, {"k", "c2VjcmV0"}}},
        Case{"for_encryption", changed(first().jwk(), "use", "enc")},
        Case{"for_encryption_by_its_operations",
             changed(first().jwk(), "key_ops", json::array({"encrypt", "wrapKey"}))},
        Case{"for_signing_only_by_its_operations",
             changed(first().jwk(), "key_ops", json::array({"sign"}))},
        Case{"for_nothing", changed(first().jwk(), "key_ops", json::array())},
        Case{"operations_are_a_text", changed(first().jwk(), "key_ops", "verify")},
        Case{"other_algorithm", changed(first().jwk(), "alg", "RS512")},
        Case{"no_id", without(first().jwk(), "kid")},
        Case{"id_is_a_number", changed(first().jwk(), "kid", 1)},
        Case{"no_modulus", without(first().jwk(), "n")},
        Case{"modulus_is_no_base64url", changed(first().jwk(), "n", "++//")},
        Case{"modulus_is_a_number", changed(first().jwk(), "n", 65537)},
        Case{"modulus_of_1024_bits", changed(Signer::of("small", 1024).jwk(), "kid", "first")},
        Case{"modulus_of_16_KiB", changed(first().jwk(), "n", std::string(16 * 1024, 'A') + "_w")},
        Case{"no_exponent", without(first().jwk(), "e")},
        Case{"exponent_1", changed(first().jwk(), "e", "AQ")},
        Case{"exponent_even", changed(first().jwk(), "e", "Ag")},
        Case{"exponent_empty", changed(first().jwk(), "e", "")}),
    [](const auto& info) { return info.param.name; });

TEST(KeySet, TakesAKeyWhoseOperationsIncludeVerify) {
  const json jwk = changed(first().jwk(), "key_ops", json::array({"encrypt", "verify"}));
  const Result<KeySet> keys = KeySet::parse(key_document({jwk}));
  ASSERT_TRUE(keys);
  EXPECT_TRUE(keys->contains("first"));
}

TEST(KeySet, RefusesWhatIsNoKeyDocument) {
  for (const std::string& text :
       {std::string(), std::string("<html>503</html>"), std::string("null"), std::string("[]"),
        std::string("{}"), std::string(R"({"keys":{}})"), std::string(R"({"keys":[]})"),
        std::string(R"({"keys":[)"), std::string(100'000, '['),
        key_document({first().jwk()}) + "x"}) {
    const Result<KeySet> keys = KeySet::parse(text);
    ASSERT_FALSE(keys) << text.substr(0, 40);
    EXPECT_EQ(keys.error().code, Errc::protocol);
  }
}

TEST(KeySet, TakesTheFirstOfTwoWithOneId) {
  const Result<KeySet> keys =
      KeySet::parse(key_document({first().jwk(), changed(second().jwk(), "kid", "first")}));
  ASSERT_TRUE(keys);
  EXPECT_TRUE(keys->verify("first", "text", first().sign("text")));
  EXPECT_FALSE(keys->verify("first", "text", second().sign("text")));
}

TEST(KeySet, TakesAThousandKeysAndNoMore) {
  std::vector<json> many;
  for (int i = 0; i < 1001; ++i)
    many.push_back(changed(first().jwk(), "kid", "k" + std::to_string(i)));
  const Result<KeySet> keys = KeySet::parse(key_document(many));
  ASSERT_TRUE(keys);
  EXPECT_TRUE(keys->contains("k999"));
  EXPECT_FALSE(keys->contains("k1000"));
}

TEST(KeySet, MergeTakesOnlyWhatItLacks) {
  Result<KeySet> keys = KeySet::parse(key_document({first().jwk()}));
  const Result<KeySet> other =
      KeySet::parse(key_document({changed(second().jwk(), "kid", "first"), second().jwk()}));
  ASSERT_TRUE(keys && other);
  keys->merge(*other);
  EXPECT_TRUE(keys->verify("first", "text", first().sign("text")));
  EXPECT_TRUE(keys->verify("second", "text", second().sign("text")));
}

}  // namespace
}  // namespace tollgate::auth
