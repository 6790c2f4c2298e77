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
  EXPECT_EQ(deployment_in("https://host/openai//Deployments//d?api-version=1"), "d");
}

TEST(WorkUrl, TakesAnotherDeploymentInItsPlace) {
  EXPECT_EQ(with_deployment("/openai/deployments/d/embeddings?d=d", "gpt-home"),
            "/openai/deployments/gpt-home/embeddings?d=d");
}

TEST(WorkUrl, IsPlainWhereAllReadersFindTheSame) {
  for (const char* url : {"", "/v1/chat/completions", "https://h/openai/deployments/a.b/x?y=%41"})
    EXPECT_TRUE(is_plain_url(url)) << url;
  for (const char* url : {"/openai/%64eployments/d", "/deployments/a/../b", "/./deployments/a",
                          "\\deployments\\a", "/deployments;x/a"})
    EXPECT_FALSE(is_plain_url(url)) << url;
}

}  // namespace
}  // namespace tollgate::operations
