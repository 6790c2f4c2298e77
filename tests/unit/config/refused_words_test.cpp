// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "minimal.hpp"

// A word that is refused is told with those that are not.
namespace tollgate::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kKeys =
    "api_keys: [{name: primary, sha256: "
    "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b}]";
const std::string kLedger = "ledger: {path: /tmp/ledger.db}";

// It "names an unknown group of operations: chat", and which there are nobody said.
TEST(RefusedWords, AGroupOfOperationsIsToldWithAllGroups) {
  EXPECT_THAT(errors_of(minimal_with(kLedger, kLedger + "\noperations: {open: [chat]}")),
              ElementsAre(HasSubstr(
                  "operations.open names an unknown group of operations: chat (there are: "
                  "inference, models, assistants, files, batches, vector_stores, fine_tuning)")));
}

// It said "holds an unusable or repeated tag" of both.
TEST(RefusedWords, ATagIsToldByItsName) {
  EXPECT_THAT(
      errors_of(minimal_with(kKeys, kKeys + "\n    tags: {cost_center:4711, a: b, a: c}")),
      ElementsAre(HasSubstr("clients[0].tags holds the tag cost_center:4711 without a value: a "
                            "blank belongs behind the colon, cost_center: 4711"),
                  HasSubstr("clients[0].tags holds the tag a twice")));
}

// Rows were refused by Azure alone, or went to nobody.
TEST(RefusedWords, ARuleAndItsStreamHaveTheFormsOfAzure) {
  const auto errors = [](const std::string& rule, const std::string& stream) {
    return errors_of(minimal_with(
        kLedger,
        kLedger + "\nexporters:\n  azure_monitor: {endpoint: https://m.example, rule_id: " + rule +
            ", stream: " + stream + ", credential: {managed_identity: {}}}"));
  };
  constexpr const char* kRule = "dcr-00000000000000000000000000000001";
  EXPECT_THAT(errors(kRule, "Custom-Own_CL"), ElementsAre());
  for (const char* rule : {"dcr-tollgate", "dcr-1", "00000000000000000000000000000001"})
    EXPECT_THAT(errors(rule, "Custom-Own_CL"),
                ElementsAre(HasSubstr("rule_id must be the rule's immutableId")))
        << rule;
  for (const char* stream : {"TollgateUsage_CL", "Microsoft-Syslog", "Custom-"})
    EXPECT_THAT(errors(kRule, stream),
                ElementsAre(HasSubstr("stream must be a stream's name, which begins with Custom-")))
        << stream;
}

}  // namespace
}  // namespace tollgate::config
