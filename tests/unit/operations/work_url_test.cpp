// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/work_url.hpp"

#include <gtest/gtest.h>

namespace tollgate::operations {
namespace {

TEST(WorkUrl, TellsTheDeploymentItNames) {
  EXPECT_EQ(deployment_in("/chat/completions"), "");
  EXPECT_EQ(deployment_in("/v1/responses?x=/deployments/d"), "");
  EXPECT_EQ(deployment_in("/openai/deployments"), "");
  EXPECT_EQ(deployment_in("/openai/deployments/d/chat/completions"), "d");
  EXPECT_EQ(deployment_in("https://deployments/a/openai/deployments/d"), "d") << "a host";
  EXPECT_EQ(deployment_in("https://host/openai//Deployments//d?api-version=1"), "d");
}

TEST(WorkUrl, TakesAnotherDeploymentInItsPlace) {
  EXPECT_EQ(with_deployment("/openai/deployments/d/embeddings?d=d", "gpt-home"),
            "/openai/deployments/gpt-home/embeddings?d=d");
  EXPECT_EQ(with_deployment("/v1/responses", "gpt-home"), "/v1/responses");
}

TEST(WorkUrl, IsPlainWhereAllReadersFindTheSame) {
  for (const char* url :
       {"/v1/chat/completions", "/chat/completions", "v1/responses", "/openai/v1/embeddings",
        "https://h/openai/deployments/a.b/completions?api-version=2025-04-01-preview",
        "/OpenAI//Deployments/a/chat/completions/"})
    EXPECT_TRUE(is_plain_url(url)) << url;
  for (const char* url : {"",
                          "/",
                          "/openai/%64eployments/d/embeddings",
                          "/deployments/a/../b/embeddings",
                          "/./deployments/a/embeddings",
                          "/deployments/../embeddings",
                          "\\deployments\\a\\embeddings",
                          "/deployments;x/a/embeddings",
                          "/deploy\tments/a/embeddings",
                          "/deployments\n/a/embeddings",
                          " /deployments/a/embeddings",
                          "/deployments/a/openai/deployments/b/embeddings",
                          "/deployments/a/embeddings/deployments/b",
                          "/deployments/deployments/b",
                          "https:/\t/h/deployments/a/embeddings",
                          "/openai/deployments?/b/embeddings",
                          "/embeddings?deployment=b",
                          "/embeddings#/deployments/b",
                          "/openai/engines/b/embeddings",
                          "/models/b/chat/completions",
                          "/v1/responses/resp_a",
                          "/v1/responses/resp_a/cancel",
                          "/chat/completions/chatcmpl-a",
                          "/videos/video_a/content",
                          "/images/vs_a",
                          "/chat",
                          "/openai/v1/models/b",
                          "/deployments\xE2\x80\x8B/b/embeddings"})
    EXPECT_FALSE(is_plain_url(url)) << url;
}

}  // namespace
}  // namespace tollgate::operations
