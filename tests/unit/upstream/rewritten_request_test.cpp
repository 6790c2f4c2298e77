// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rewritten_request.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tollgate::upstream {
namespace {

/// The request in the words of a candidate with this deployment.
class Rewriting {
 public:
  Rewriting(std::string target, std::string body)
      : target_(operations::parse_target("POST", target).value()), body_(std::move(body)) {
    if (const auto scan = usage::scan_request(body_)) scan_ = *scan;
  }

  Rewriting& with_include_usage() {
    include_usage_ = true;
    return *this;
  }

  RewrittenRequest for_deployment(std::string_view deployment) const {
    OutboundRequest request;
    request.target = &target_;
    request.body = body_;
    request.scan = scan_ ? &*scan_ : nullptr;
    routing::Candidate candidate;
    candidate.deployment = deployment;
    return rewrite_request(request, candidate, include_usage_);
  }

 private:
  operations::RequestTarget target_;
  std::string body_;
  std::optional<usage::RequestScan> scan_;
  bool include_usage_ = false;
};

constexpr const char* kLegacy =
    "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21&x=1";
constexpr const char* kV1 = "/openai/v1/chat/completions?api-version=preview";

TEST(RewrittenRequest, NamesTheDeploymentInALegacyPathAndLeavesTheBodyAlone) {
  const std::string body = R"({ "model" : "other", "messages":[] })";
  const Rewriting rewriting(kLegacy, body);
  const auto out = rewriting.for_deployment("gpt-4o-ptu");
  EXPECT_EQ(out.target,
            "/openai/deployments/gpt-4o-ptu/chat/completions?api-version=2024-10-21&x=1");
  EXPECT_EQ(out.body(), body);
  EXPECT_FALSE(out.changed);
}

TEST(RewrittenRequest, EscapesADeploymentThatIsNoPlainSegment) {
  const Rewriting rewriting(kLegacy, "{}");
  EXPECT_EQ(rewriting.for_deployment("a/b?c d").target,
            "/openai/deployments/a%2Fb%3Fc%20d/chat/completions?api-version=2024-10-21&x=1");
}

TEST(RewrittenRequest, NamesTheDeploymentInAV1BodyAndKeepsEveryOtherByte) {
  const Rewriting rewriting(kV1, R"( {"messages":[ ] , "model": "gpt-4o" ,"n":1.0e0} )");
  const auto out = rewriting.for_deployment("east \"4o\"");
  EXPECT_EQ(out.target, kV1);
  EXPECT_EQ(out.body(), R"( {"messages":[ ] , "model": "east \"4o\"" ,"n":1.0e0} )");
}

TEST(RewrittenRequest, LeavesAV1BodyThatNamesTheDeploymentAlready) {
  const std::string body = R"({"model":"gpt\u002d4o"})";
  const Rewriting rewriting(kV1, body);
  EXPECT_EQ(rewriting.for_deployment("gpt-4o").body(), body);
}

TEST(RewrittenRequest, AddsUsageAndTheDeploymentTogether) {
  const Rewriting rewriting =
      Rewriting(kV1, R"({"model":"gpt-4o","stream":true})").with_include_usage();
  EXPECT_EQ(rewriting.for_deployment("gpt-4o").body(),
            R"({"stream_options":{"include_usage":true},"model":"gpt-4o","stream":true})");
  EXPECT_EQ(rewriting.for_deployment("east").body(),
            R"({"stream_options":{"include_usage":true},"model":"east","stream":true})");
}

TEST(RewrittenRequest, PassesABodyThatIsNotUnderstood) {
  const Rewriting rewriting(kLegacy, "not json");
  const auto out = rewriting.for_deployment("east");
  EXPECT_EQ(out.body(), "not json");
  EXPECT_FALSE(out.changed);
}

TEST(RewrittenRequest, IsMadeAnewForEachCandidate) {
  const Rewriting rewriting(kV1, R"({"model":"gpt-4o"})");
  EXPECT_EQ(rewriting.for_deployment("one").body(), R"({"model":"one"})");
  EXPECT_EQ(rewriting.for_deployment("two").body(), R"({"model":"two"})");
}

}  // namespace
}  // namespace tollgate::upstream
