// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rewritten_request.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tollgate::upstream {
namespace {

/// Backends 0 and 1 both have the model `image` besides what is asked.
routing::Route image_route() {
  routing::Route out;
  for (std::size_t backend : {0U, 1U}) {
    routing::Candidate candidate;
    candidate.backend_index = backend;
    candidate.deployment = backend == 0 ? "image-east" : "image-west";
    out.candidates.push_back(candidate);
  }
  return out;
}

/// The request in the words of a candidate with this deployment.
class Rewriting {
 public:
  Rewriting(std::string target, std::string body, std::vector<http::Field> fields = {})
      : target_(operations::parse_target("POST", target).value()), body_(std::move(body)) {
    if (const auto scan = usage::scan_request(body_)) scan_ = *scan;
    if (auto names = operations::read_names(target_, fields, body_)) names_ = std::move(*names);
  }

  Rewriting& with_include_usage() {
    include_usage_ = true;
    return *this;
  }

  RewrittenRequest for_deployment(std::string_view deployment, std::size_t backend = 0) const {
    OutboundRequest request;
    request.target = &target_;
    request.body = body_;
    request.scan = scan_ ? &*scan_ : nullptr;
    std::vector<NamedModel> models;
    for (const operations::RequestName& name : names_) {
      if (name.is(operations::Names::second_model) || name.is(operations::Names::work_url))
        models.push_back({&name, &image_});
      if (name.is(operations::Names::model)) models.push_back({&name, nullptr});
    }
    request.models = models;
    routing::Candidate candidate;
    candidate.backend_index = backend;
    candidate.deployment = deployment;
    return rewrite_request(request, candidate, include_usage_);
  }

 private:
  operations::RequestTarget target_;
  std::string body_;
  std::optional<usage::RequestScan> scan_;
  routing::Route image_ = image_route();
  std::vector<operations::RequestName> names_;
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

TEST(RewrittenRequest, TranslatesEveryModelThatIsNamed) {
  const Rewriting rewriting("/openai/v1/responses",
                            R"({"tools":[{"model":"image"},{"model":"image-east"}],"model":"gpt"})",
                            {{"X-MS-OAI-Image-Generation-Deployment", "image"}});
  const auto east = rewriting.for_deployment("gpt-east");
  EXPECT_EQ(east.body(),
            R"({"tools":[{"model":"image-east"},{"model":"image-east"}],"model":"gpt-east"})");
  ASSERT_EQ(east.replaced.size(), 1U);
  EXPECT_EQ(east.replaced.front().name, "x-ms-oai-image-generation-deployment");
  EXPECT_EQ(east.replaced.front().value, "image-east");
  const auto west = rewriting.for_deployment("gpt-west", 1);
  EXPECT_EQ(west.body(),
            R"({"tools":[{"model":"image-west"},{"model":"image-west"}],"model":"gpt-west"})");
  EXPECT_EQ(west.replaced.front().value, "image-west");
}

TEST(RewrittenRequest, TranslatesTheDeploymentInAUrl) {
  const Rewriting rewriting(
      "/openai/v1/batches",
      R"({"endpoint":"/openai/deployments/image/images/edits?api-version=1","model":"image"})");
  EXPECT_EQ(rewriting.for_deployment("", 1).body(),
            R"({"endpoint":"/openai/deployments/image-west/images/edits?api-version=1",)"
            R"("model":"image-west"})");
}

TEST(RewrittenRequest, TranslatesAFormWithoutQuotes) {
  const std::string before = "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n";
  const Rewriting rewriting("/openai/v1/images/edits", before + "gpt\r\n--x--\r\n",
                            {{"content-type", "multipart/form-data; boundary=x"}});
  EXPECT_EQ(rewriting.for_deployment("gpt-east").body(), before + "gpt-east\r\n--x--\r\n");
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
