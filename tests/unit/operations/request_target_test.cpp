// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "tollgate/operations/request_target.hpp"

namespace tollgate::operations {
namespace {

const std::string kVersion = "?api-version=2024-10-21";
const std::string kChat = "/openai/deployments/gpt-4o/chat/completions";

Result<RequestTarget> parse(const std::string& target) { return parse_target("POST", target); }

std::string legacy(const std::string& deployment) {
  return "/openai/deployments/" + deployment + "/chat/completions" + kVersion;
}

TEST(ParseTarget, TakesALegacyTargetApart) {
  const Result<RequestTarget> target = parse(kChat + kVersion + "&x=%0d%0a");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->operation->id, "ChatCompletions_Create");
  EXPECT_EQ(target->family, UrlFamily::legacy);
  EXPECT_EQ(target->deployment, "gpt-4o");
  EXPECT_EQ(target->api_version, "2024-10-21");
  EXPECT_EQ(target->path, kChat);
  EXPECT_EQ(target->query, "api-version=2024-10-21&x=%0d%0a");
}

TEST(ParseTarget, TakesAV1TargetApart) {
  const Result<RequestTarget> target = parse("/openai/v1/responses");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->operation->id, "Responses_Create");
  EXPECT_EQ(target->family, UrlFamily::v1);
  EXPECT_EQ(target->deployment, "");
  EXPECT_EQ(target->api_version, "");
  EXPECT_EQ(target->query, "");
  EXPECT_EQ(parse("/openai/v1/embeddings?api-version=preview")->api_version, "preview");
}

TEST(ParseTarget, TakesOutSlashesThatJoiningLeft) {
  for (const std::string& path : {"/" + kChat, "///" + kChat,
                                  "/openai//deployments/gpt-4o/chat///completions" + std::string(),
                                  kChat + "/", kChat + "//"}) {
    const Result<RequestTarget> target = parse(path + kVersion);
    ASSERT_TRUE(target) << path;
    EXPECT_EQ(target->path, kChat);
    EXPECT_EQ(forward_path(*target, "gpt-4o"), kChat);
    EXPECT_EQ(allowed_methods(path), "POST");
  }
}

TEST(ParseTarget, KnowsTheRootsThatClientsUse) {
  for (const char* path : {"/v1/responses", "/openai/v1/responses/",
                           "/api/projects/my%20project/openai/v1/responses", "//v1//responses"}) {
    const Result<RequestTarget> target = parse(path);
    ASSERT_TRUE(target) << path;
    EXPECT_EQ(target->path, "/openai/v1/responses") << "what is matched is what is sent";
    EXPECT_EQ(target->family, UrlFamily::v1);
  }
  const auto inference = parse("/models/chat/completions?api-version=2024-05-01-preview");
  ASSERT_TRUE(inference);
  EXPECT_EQ(inference->operation->id, "ChatCompletions_Create");
  EXPECT_EQ(inference->family, UrlFamily::models);
  EXPECT_EQ(forward_path(*inference, "gpt"), "/models/chat/completions");
  for (const char* path : {"/api/projects/p/v1/responses", "/api/projects//openai/v1/responses",
                           "/api/projects/p/openaiv1", "/api/projects/a/b/openai/v1/responses",
                           "/v1", "/v1x/responses", "/models", "/openai/models/chat/completions"}) {
    EXPECT_FALSE(parse(path)) << path;
  }
}

TEST(ParseTarget, MatchesAndForwardsTheDecodedPath) {
  const Result<RequestTarget> target =
      parse("/%6Fpenai/deployments/my%20model%3A1/chat/completions" + kVersion);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->deployment, "my model:1");
  EXPECT_EQ(target->path, "/openai/deployments/my model:1/chat/completions");
  EXPECT_EQ(forward_path(*target, target->deployment),
            "/openai/deployments/my%20model%3A1/chat/completions");
}

struct Case {
  std::string name;
  std::string target;
  Errc error = Errc::invalid_input;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class RefusedTarget : public testing::TestWithParam<Case> {};

TEST_P(RefusedTarget, NeverBecomesARoute) {
  const Result<RequestTarget> target = parse(GetParam().target);
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, GetParam().error);
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    P4Path, RefusedTarget,
    testing::Values(
        Case{"dot_segments", "/openai/deployments/a/../../v1/chat/completions"},
        Case{"dot_segment", "/openai/./v1/chat/completions"}, Case{"ends_in_dots", "/openai/v1/.."},
        Case{"encoded_dots", "/openai/deployments/%2e%2e/chat/completions" + kVersion},
        Case{"half_encoded_dots", "/openai/v1/.%2E/chat/completions"},
        Case{"doubly_encoded_dots", legacy("%252e%252e")}, Case{"encoded_slash", legacy("a%2fb")},
        Case{"encoded_slash_upper_case", legacy("a%2Fb")},
        Case{"traversal", "/openai/deployments/a%2f..%2f..%2fadmin/chat/completions" + kVersion},
        Case{"backslash", legacy("a\\b")}, Case{"encoded_backslash", legacy("a%5cb")},
        Case{"matrix_parameter", "/openai/v1/chat/completions;x"},
        Case{"encoded_semicolon", legacy("a%3bx")}, Case{"nul", legacy("a%00")},
        Case{"line_end", legacy("a%0d%0aapi-key:x")}, Case{"tab", legacy("a%09")},
        Case{"raw_tab", legacy("a\tb")}, Case{"delete", legacy("a%7f")},
        Case{"overlong_slash", legacy("a%c0%af")}, Case{"encoded_utf8", legacy("%C3%A4")},
        Case{"raw_utf8", legacy("\xC3\xA4")}, Case{"raw_high_byte", legacy("\xFF")},
        Case{"percent_alone", legacy("a%")}, Case{"percent_and_one_digit", legacy("a%4")},
        Case{"percent_at_the_end", "/openai/v1/responses%2"},
        Case{"percent_and_no_digits", legacy("a%zz")}, Case{"percent_sign", legacy("100%25")},
        Case{"quote", legacy("a\"b")}, Case{"angle", legacy("a<b")}, Case{"pipe", legacy("a|b")},
        Case{"brace", legacy("{deployment}")}, Case{"fragment", kChat + "#x" + kVersion},
        Case{"fragment_in_query", kChat + kVersion + "#x"},
        Case{"absolute", "http://evil/openai/v1/responses"}, Case{"authority", "evil:443"},
        Case{"asterisk", "*"}, Case{"empty", ""}, Case{"relative", "openai/v1/responses"},
        Case{"longer_than_8_KiB", "/openai/v1/responses?x=" + std::string(8192, 'x')},
        Case{"P5_name_of_257_bytes", legacy(std::string(257, 'd'))},
        Case{"P5_name_of_64_KiB", legacy(std::string(65536, 'd'))}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Query, RefusedTarget,
    testing::Values(Case{"two_versions", kChat + kVersion + "&api-version=2024-10-01"},
                    Case{"two_versions_in_other_case", kChat + kVersion + "&API-Version=preview"},
                    Case{"version_empty", kChat + "?api-version="},
                    Case{"version_without_value", kChat + "?api-version"},
                    Case{"version_encoded", kChat + "?api-version=2024%2D10"},
                    Case{"version_with_header", kChat + "?api-version=2024%0d%0aX:y"},
                    Case{"version_long", kChat + "?api-version=" + std::string(33, '1')},
                    Case{"broken_name", kChat + kVersion + "&%6=x"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Unknown, RefusedTarget,
    testing::Values(Case{"root", "/", Errc::not_found},
                    Case{"other_root", "/admin", Errc::not_found},
                    Case{"metrics", "/metrics", Errc::not_found},
                    Case{"other_case", "/OpenAI/v1/responses", Errc::not_found},
                    Case{"no_version", kChat, Errc::not_found},
                    Case{"no_version_but_others", kChat + "?x=1", Errc::not_found}),
    kName);

TEST(ParseTarget, TellsAnotherMethodApart) {
  for (const char* method : {"GET", "post", "TRACE", "CONNECT", ""}) {
    const Result<RequestTarget> target = parse_target(method, kChat + kVersion);
    ASSERT_FALSE(target) << method;
    EXPECT_EQ(target.error().code, Errc::not_found);
  }
  EXPECT_EQ(allowed_methods(kChat + kVersion), "POST");
  EXPECT_EQ(allowed_methods("/nothing"), "");
  EXPECT_EQ(allowed_methods("/openai/../x"), "");
  EXPECT_EQ(allowed_methods(""), "");
}

TEST(ParseTarget, TakesCredentialsOutOfTheQuery) {
  const Result<RequestTarget> target = parse(kChat +
                                             "?api-key=s1&api-version=2024-10-21&&Code=s2&"
                                             "Subscription-Key=s3&x=1&API-KEY&access_token=s4&x=2");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->query, "api-version=2024-10-21&x=1&x=2");
}

TEST(ForwardPath, SwapsTheDeploymentAndEscapesIt) {
  const Result<RequestTarget> target = parse(kChat + kVersion);
  ASSERT_TRUE(target);
  EXPECT_EQ(forward_path(*target, "gpt-4o-ptu"), "/openai/deployments/gpt-4o-ptu/chat/completions");
  EXPECT_EQ(forward_path(*target, "../a b?%\r\n"),
            "/openai/deployments/..%2Fa%20b%3F%25%0D%0A/chat/completions");
  const Result<RequestTarget> v1 = parse("/openai/v1/chat/completions");
  ASSERT_TRUE(v1);
  EXPECT_EQ(forward_path(*v1, "gpt-4o-ptu"), "/openai/v1/chat/completions");
}

TEST(ForwardPath, LeavesNoBlankForTheRequestLine) {
  const Result<RequestTarget> target = parse_target("GET", "/openai/v1/responses/resp%201%3Aa");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->object_id, "resp 1:a");
  EXPECT_EQ(forward_path(*target, ""), "/openai/v1/responses/resp%201:a");
}

/// Whatever is accepted reads the same when it is read again, as a backend will.
TEST(ParseTarget, WhatIsForwardedMeansTheSame) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> pieces{
      "/",  "//",  ".",   "..", "a",    "%20", "%2e",       "%2f",  "%41",
      ":",  "%3a", ";",   "?",  "&",    "=",   "api-key=s", "x=1",  "#",
      "\\", "+",   "%25", "%",  "\xC3", "gpt", "%67",       "code", "/chat/completions"};
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string middle;
    const std::size_t count = random() % 4;
    for (std::size_t i = 0; i < count; ++i) middle += pieces[random() % pieces.size()];
    const Result<RequestTarget> target =
        parse("/openai/deployments/" + middle + "/chat/completions" + kVersion);
    if (!target) continue;
    ++accepted;
    const std::string forwarded = forward_path(*target, target->deployment) + "?" + target->query;
    const Result<RequestTarget> again = parse(forwarded);
    ASSERT_TRUE(again) << middle << " -> " << forwarded;
    EXPECT_EQ(again->deployment, target->deployment);
    EXPECT_EQ(again->path, target->path);
    EXPECT_EQ(again->query, target->query);
    EXPECT_EQ(target->path.find("/../"), std::string::npos) << middle;
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace tollgate::operations
