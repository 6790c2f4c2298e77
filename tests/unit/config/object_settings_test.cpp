// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "minimal.hpp"
#include "tollgate/base/base64.hpp"

namespace tollgate::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SecretSources secrets() {
  return fake_secrets({{"NEW", to_base64(std::string(32, 'n'))},
                       {"OLD", to_base64(std::string(32, 'o'))},
                       {"SAME", to_base64(std::string(32, 'n'))},
                       {"SHORT", to_base64(std::string(31, 's'))}});
}

std::vector<std::string> faults_of(const std::string& objects) {
  return errors_of(kMinimal + "objects: " + objects + "\n", secrets());
}

TEST(ObjectSettings, ObjectsAreKnownToTheirOwnGatewayByDefault) {
  const LoadResult loaded = load_text(kMinimal, fake_secrets());
  EXPECT_EQ(loaded.config->objects.ownership, ObjectOwnership::local);
  EXPECT_THAT(loaded.config->objects.seal_keys, IsEmpty());
}

TEST(ObjectSettings, TheFirstKeySealsAndAllOpen) {
  const LoadResult loaded = load_text(
      kMinimal + "objects: {ownership: sealed, seal_keys: [{env: NEW}, {env: OLD}]}\n", secrets());
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->objects.ownership, ObjectOwnership::sealed);
  ASSERT_EQ(loaded.config->objects.seal_keys.size(), 2U);
  EXPECT_EQ(loaded.config->objects.seal_keys[0].reveal(), to_base64(std::string(32, 'n')));
}

// Keys may be there before they are used, and after.
TEST(ObjectSettings, KeysAreTakenWhateverTheOwnership) {
  EXPECT_THAT(faults_of("{seal_keys: [{env: NEW}]}"), IsEmpty());
  EXPECT_THAT(faults_of("{ownership: local, seal_keys: []}"), IsEmpty());
}

TEST(ObjectSettings, SealedNeedsAKeyOf32BytesAndEachOnce) {
  EXPECT_THAT(faults_of("{ownership: sealed}"),
              ElementsAre(HasSubstr("objects.ownership needs seal_keys")));
  EXPECT_THAT(faults_of("{ownership: sealed, seal_keys: []}"),
              ElementsAre(HasSubstr("objects.ownership needs seal_keys")));
  EXPECT_THAT(faults_of("{ownership: sealed, seal_keys: [{env: SHORT}]}"),
              ElementsAre(HasSubstr("seal_keys[0] must be 32 bytes in base64")));
  EXPECT_THAT(faults_of("{ownership: sealed, seal_keys: [{env: NEW}, {env: SAME}]}"),
              ElementsAre(HasSubstr("seal_keys[1] is the same key as another one")));
  EXPECT_THAT(faults_of("{ownership: sealed, seal_keys: [{env: NONE}]}"),
              ElementsAre(HasSubstr("names an environment variable that is not set")));
  EXPECT_THAT(faults_of("{ownership: sealed, seal_keys: [{env: NEW, file: /x}]}"),
              ElementsAre(HasSubstr("needs exactly one of env and file")));
}

TEST(ObjectSettings, OtherOwnershipsAreRefused) {
  EXPECT_THAT(faults_of("{ownership: store}"), ElementsAre(HasSubstr("must be local or sealed")));
}

}  // namespace
}  // namespace tollgate::config
