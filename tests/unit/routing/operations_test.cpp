// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "operations.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tollgate::routing {
namespace {

std::string with_deployment(std::string_view pattern, const std::string& name) {
  std::string out(pattern);
  const std::string hole = "{deployment}";
  const std::size_t at = out.find(hole);
  return at == std::string::npos ? out : out.replace(at, hole.size(), name);
}

TEST(Operations, EachIsFoundByItsOwnPaths) {
  for (const Operation& operation : operations()) {
    if (!operation.v1_path.empty()) {
      const std::string path = "/openai/v1" + with_deployment(operation.v1_path, "dep");
      const PathMatch match = find_operation(operation.method, path);
      EXPECT_EQ(match.operation, &operation) << path;
      EXPECT_EQ(match.family, UrlFamily::v1);
    }
    if (!operation.legacy_path.empty()) {
      const std::string path = "/openai" + with_deployment(operation.legacy_path, "dep");
      const PathMatch match = find_operation(operation.method, path);
      EXPECT_EQ(match.operation, &operation) << path;
      EXPECT_EQ(match.family, UrlFamily::legacy);
    }
  }
}

TEST(Operations, HaveIdsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Operation& operation : operations())
    EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
  for (const char* id :
       {"ChatCompletions_Create", "Completions_Create", "Embeddings_Create", "Responses_Create"}) {
    EXPECT_EQ(ids.count(id), 1U) << id;
  }
}

TEST(FindOperation, TakesOneWholeSegmentForTheDeployment) {
  EXPECT_EQ(find_operation("POST", "/openai/deployments/gpt-4o/chat/completions").deployment,
            "gpt-4o");
  for (const char* path :
       {"/openai/deployments//chat/completions", "/openai/deployments/a/b/chat/completions",
        "/openai/deployments/chat/completions", "/openai/deployments/a/chat/completions/",
        "/openai/deployments/a/chat", "/openai/deployments/a", "/openai/Deployments/a/embeddings",
        "/openai/deployments/a/chat/completionsx", "/OPENAI/v1/chat/completions", "/openai/v1",
        "/openai/v1/", "/openai", "/openaiv1/chat/completions", "/openai/v1x/chat/completions",
        "/v1/chat/completions", "/", ""}) {
    EXPECT_EQ(find_operation("POST", path).operation, nullptr) << path;
  }
}

TEST(FindOperation, TellsTheMethodsOfAKnownPath) {
  const PathMatch match = find_operation("GET", "/openai/v1/chat/completions");
  EXPECT_EQ(match.operation, nullptr);
  EXPECT_NE(match.allowed.find("POST"), std::string::npos);
  EXPECT_EQ(find_operation("POST", "/openai/v1/no-such-thing").allowed, "");
}

}  // namespace
}  // namespace tollgate::routing
