// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "minimal.hpp"

// What a limit says of the store that replicas share.
namespace tollgate::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string limited(const std::string& limit, const std::string& store) {
  return std::string(kMinimal) + "quotas: {" + store + "default_limits: [" + limit + "]}\n";
}

constexpr const char* kStore = "store: {redis: {endpoint: \"redis://127.0.0.1:6379\"}}, ";

TEST(SharedLimits, SayWhatHappensWithoutTheStore) {
  const auto loaded = load_text(
      limited("{tokens: 1, per: day}, {tokens: 1, per: month, on_store_failure: closed, strict: "
              "true}",
              kStore),
      fake_secrets());
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  const auto& limits = loaded.config->quotas.default_limits;
  EXPECT_EQ(limits[0].limit.on_store_failure, quotas::OnStoreFailure::local);
  EXPECT_FALSE(limits[0].limit.strict);
  EXPECT_EQ(limits[1].limit.on_store_failure, quotas::OnStoreFailure::closed);
  EXPECT_TRUE(limits[1].limit.strict);
}

TEST(SharedLimits, AreNoMoreThanTheStoreCanCount) {
  for (const char* const limit :
       {"{tokens: 9000000000000001, per: day}", "{cost: \"9000000.01\", per: month}",
        "{tokens: 9000000000001, per: day, counts: weighted, weights: {completion: 2}}",
        "{cost: \"8000000\", per: month, top_ups: [{amount: \"1000001\", on: 2026-11-30}]}"}) {
    EXPECT_THAT(errors_of(limited(limit, "")), IsEmpty()) << limit;
    EXPECT_THAT(errors_of(limited(limit, kStore)),
                ElementsAre(testing::HasSubstr("where quotas.store is given")))
        << limit;
  }
  EXPECT_THAT(errors_of(limited("{cost: \"9000000\", per: month}", kStore)), IsEmpty());
}

}  // namespace
}  // namespace tollgate::config
