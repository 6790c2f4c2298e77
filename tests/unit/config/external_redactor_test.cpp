// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "minimal.hpp"

namespace tollgate::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string with_external(const std::string& settings) {
  return kMinimal + "audit:\n  redaction:\n    external: {" + settings + "}\n";
}

TEST(ExternalRedactorSettings, AreTakenAsTheyStand) {
  const LoadResult loaded = load_text(
      with_external("url: 'https://redactor.example:8443/v1/analyze', timeout: 2s, on_failure: "
                    "keep_internal, entities: [PERSON, LOCATION], language: de, "
                    "score_threshold: 0.75, parallel: 7, ca_certificates: /ca.pem"),
      fake_secrets());
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  const auto& external = loaded.config->audit.redaction.external;
  ASSERT_TRUE(external);
  EXPECT_EQ(external->url, "https://redactor.example:8443/v1/analyze");
  EXPECT_EQ(external->timeout, seconds(2));
  EXPECT_EQ(external->on_failure, RedactorFailure::keep_internal);
  EXPECT_THAT(external->entities, ElementsAre("PERSON", "LOCATION"));
  EXPECT_EQ(external->language, "de");
  EXPECT_EQ(external->score_threshold, 0.75);
  EXPECT_EQ(external->parallel, 7U);
  EXPECT_EQ(external->ca_certificates, "/ca.pem");
}

TEST(ExternalRedactorSettings, ThereIsNoneUnlessItIsNamedAndContentGoesWhileItIsAway) {
  EXPECT_FALSE(load_text(kMinimal, fake_secrets()).config->audit.redaction.external);
  const LoadResult loaded =
      load_text(with_external("url: 'http://127.0.0.1:5002/analyze'"), fake_secrets());
  ASSERT_TRUE(loaded.config) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->audit.redaction.external->on_failure, RedactorFailure::drop_content);
}

TEST(ExternalRedactorSettings, OnlyLoopbackIsSentToWithoutTls) {
  for (const char* const right :
       {"http://127.0.0.1:5002/analyze", "http://localhost/analyze", "http://[::1]:5002/analyze",
        "https://redactor.example/analyze", "https://redactor.example"})
    EXPECT_THAT(errors_of(with_external("url: '" + std::string(right) + "'")), IsEmpty()) << right;
  for (const char* const wrong :
       {"http://redactor.example/analyze", "http://10.0.0.7:5002/analyze", "http://0.0.0.0/analyze",
        "http://localhost.example/analyze", "http://127.0.0.1.example/analyze", "redactor.example",
        "ftp://localhost/analyze", "https://u:p@redactor.example/",
        "https://redactor.example/a?b=c", "https://redactor.example/a/../b"})
    EXPECT_THAT(errors_of(with_external("url: '" + std::string(wrong) + "'")),
                Contains(HasSubstr("audit.redaction.external.url")))
        << wrong;
  EXPECT_THAT(errors_of(with_external("language: en")), Contains(HasSubstr("needs url")));
}

TEST(ExternalRedactorSettings, RefusesWhatCannotBeMeant) {
  const auto errors = [](const std::string& more) {
    return errors_of(with_external("url: 'https://redactor.example', " + more));
  };
  EXPECT_THAT(errors("on_failure: keep"), Contains(HasSubstr("on_failure")));
  EXPECT_THAT(errors("parallel: 0"), Contains(HasSubstr("parallel")));
  EXPECT_THAT(errors("score_threshold: 2"), Contains(HasSubstr("score_threshold")));
  EXPECT_THAT(errors("timeout: 0s"), Contains(HasSubstr("timeout")));
}

}  // namespace
}  // namespace tollgate::config
