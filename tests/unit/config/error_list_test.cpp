// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

using testing::ElementsAre;

TEST(ConfigErrors, AreAllReportedAtOnceAndByLine) {
  const std::string text = R"(gateway: {wokers: 2}
listeners: [{address: nowhere}]
clients:
  - {name: retail, models: [gpt-5], api_keys: [{name: a, env: UNSET}]}
backends: [{name: east, endpoint: http://east.example, credential: {api_key: sk-live-0001}}]
models: [{name: gpt-4o, targets: [{backend: west, weight: -1}]}]
exporters: {azure_monitor: }
)";
  EXPECT_THAT(
      errors_of(text),
      ElementsAre(
          "1:1: needs ledger", "1:11: gateway.wokers is unknown; did you mean workers?",
          "2:23: listeners[0].address must be host:port, with brackets for IPv6 and a "
          "port from 0 to 65535",
          "4: client retail names an unknown model: gpt-5",
          "4:63: clients[0].api_keys[0].env names an environment variable that is not set or "
          "empty: UNSET",
          "5:35: backends[0].endpoint must begin with https://",
          "5:78: backends[0].credential.api_key must be {env: NAME} or {file: PATH}: a secret "
          "never stands in the file",
          "6: model gpt-4o names an unknown backend: west",
          "6:59: models[0].targets[0].weight must be a whole number from 1 to 1000",
          "7:13: exporters.azure_monitor has no value; leave the key out for its default"));
}

// Those that concern several settings at once had none.
TEST(ConfigErrors, HaveTheLineOfTheSettingThatTheyAreAbout) {
  const std::string small =
      " ledger.max_size is too small: at least 32MiB, which is 2 workers (gateway.workers) x 3 "
      "segments of their journals x 4MiB + 8MiB for the database";
  EXPECT_THAT(errors_of(kMinimal + "gateway: {workers: 2}\n" +
                        "operations: {backend: west}\nauthentication:\n  pass_through: {}\n"),
              ElementsAre("15: operations.backend names an unknown backend: west",
                          "17: authentication.pass_through needs a backend with the credential "
                          "pass_through"));
  for (const char* size : {"31MiB", "1KiB"}) {
    EXPECT_THAT(
        errors_of(minimal_with("{path: /tmp/ledger.db}",
                               "\n  path: /tmp/ledger.db\n  max_size: " + std::string(size)) +
                  "gateway: {workers: 2}\n"),
        ElementsAre("15:" + small))
        << size;
  }
  EXPECT_THAT(
      errors_of(minimal_with("{path: /tmp/ledger.db}", "{path: /tmp/ledger.db, max_size: 32MiB}") +
                "gateway: {workers: 2}\n"),
      ElementsAre());
}

TEST(ConfigErrors, OfWhatIsNoMappingStandAlone) {
  EXPECT_THAT(errors_of(""), ElementsAre("1:1: the file is empty"));
  EXPECT_THAT(errors_of("# nothing\n"), ElementsAre("1:1: the file is empty"));
  EXPECT_THAT(errors_of("- a"), ElementsAre("1:1: the file must be a mapping of settings"));
  EXPECT_THAT(errors_of(kMinimal + "---\na: b\n"),
              ElementsAre("1:1: the file holds more than one document"));
  EXPECT_THAT(
      errors_of("a: [b"),
      ElementsAre("1:4: the bracket [ is never closed (yaml-cpp: end of sequence flow not found)"));
  EXPECT_THAT(errors_of("a:\n\t- b"), testing::SizeIs(1));
  EXPECT_THAT(errors_of("listeners: &a [*a]"), testing::SizeIs(testing::Ge(1U)));
}

TEST(ConfigErrors, StopWhatWouldExhaustMemoryOrStack) {
  EXPECT_THAT(errors_of(std::string(1024 * 1024 + 1, ' ')),
              ElementsAre("the file is larger than 1 MiB"));
  EXPECT_THAT(errors_of(std::string(100'000, '[')), testing::SizeIs(1));
  EXPECT_THAT(errors_of("a: " + std::string(100'000, '{')), testing::SizeIs(1));
  std::string bomb = "a: &a [x]\n";
  for (int i = 0; i < 101; ++i) bomb += "b" + std::to_string(i) + ": [*a, *a]\n";
  EXPECT_THAT(errors_of(bomb), ElementsAre("the file uses too many aliases"));
}

TEST(FormatErrors, NamesFileLineAndColumnWhereKnown) {
  EXPECT_EQ(format_errors("t.yaml", {{0, 0, "a"}, {3, 0, "b"}, {3, 7, "c"}}),
            "t.yaml: a\nt.yaml:3: b\nt.yaml:3:7: c\n");
}

}  // namespace
}  // namespace tollgate::config
