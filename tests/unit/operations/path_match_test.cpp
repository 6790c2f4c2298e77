// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "path_match.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tollgate::operations {
namespace {

/// The path with every hole filled.
std::string filled(std::string_view pattern) {
  std::string out(pattern);
  for (std::size_t at = out.find('{'); at != std::string::npos; at = out.find('{')) {
    out.replace(at, out.find('}', at) + 1 - at, "name");
  }
  return out;
}

TEST(Operations, EachIsFoundByItsOwnPaths) {
  for (const Operation& operation : operation_table()) {
    if (!operation.v1_path.empty()) {
      const std::string path = "/openai/v1" + filled(operation.v1_path);
      const PathMatch match = find_operation(operation.method, path);
      EXPECT_EQ(match.operation, &operation) << path;
      EXPECT_EQ(match.family, UrlFamily::v1);
    }
    if (!operation.legacy_path.empty()) {
      const std::string path = "/openai" + filled(operation.legacy_path);
      const PathMatch match = find_operation(operation.method, path);
      EXPECT_EQ(match.operation, &operation) << path;
      EXPECT_EQ(match.family, UrlFamily::legacy);
    }
  }
}

TEST(Operations, HaveIdsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Operation& operation : operation_table())
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
        "/openai/deployments/a/chat/completions/", "/openai/deployments/a/chat",
        "/openai/deployments/a", "/openai/Deployments/a/embeddings",
        "/openai/deployments/a/chat/completionsx", "/OPENAI/v1/chat/completions", "/openai/v1",
        "/openai/v1/", "/openai", "/openaiv1/chat/completions", "/openai/v1x/chat/completions",
        "/v1/chat/completions", "/", ""}) {
    EXPECT_EQ(find_operation("POST", path).operation, nullptr) << path;
  }
}

TEST(FindOperation, TakesTheObjectButNotWhatStandsBelowIt) {
  const PathMatch run = find_operation("GET", "/openai/threads/thread_1/runs/run_2");
  ASSERT_NE(run.operation, nullptr);
  EXPECT_EQ(run.operation->id, "Runs_Get");
  EXPECT_EQ(run.object_id, "thread_1");
  EXPECT_EQ(find_operation("POST", "/openai/v1/responses/compact").operation->id,
            "Responses_Compact");
  EXPECT_EQ(find_operation("GET", "/openai/v1/responses/resp_1").object_id, "resp_1");
}

TEST(MethodsOf, ListsThoseOfAKnownPath) {
  EXPECT_EQ(methods_of("/openai/v1/chat/completions"), "POST");
  EXPECT_EQ(methods_of("/openai/v1/responses/resp_1"), "GET, DELETE");
  EXPECT_EQ(methods_of("/openai/v1/no-such-thing"), "");
  EXPECT_EQ(find_operation("GET", "/openai/v1/chat/completions").operation, nullptr);
}

}  // namespace
}  // namespace tollgate::operations
