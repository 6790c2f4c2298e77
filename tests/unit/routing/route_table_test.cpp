// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "tollgate/routing/route.hpp"

namespace tollgate::routing {
namespace {

config::Config two_backends() {
  config::Config out;
  out.backends.resize(2);
  out.backends[0].name = "east";
  out.backends[1].name = "sweden";
  out.models.resize(2);
  out.models[0].name = "gpt-4o";
  out.models[0].targets = {
      {"east", "gpt-4o-late", 3, 1}, {"sweden", "gpt-4o-ptu", 1, 5}, {"east", "gpt-4o", 1, 2}};
  out.models[1].name = "embed";
  out.models[1].targets = {{"east", "embed", 1, 1}};
  return out;
}

TEST(RouteTable, ListsTheCandidatesByPriorityInTheFilesOrder) {
  const config::Config config = two_backends();
  const Result<Route> route = RouteTable(config).match("gpt-4o", config::Client{});
  ASSERT_TRUE(route);
  EXPECT_EQ(route->model, "gpt-4o");
  ASSERT_EQ(route->candidates.size(), 3U);
  EXPECT_EQ(route->candidates[0].deployment, "gpt-4o-ptu");
  EXPECT_EQ(route->candidates[0].backend, &config.backends[1]);
  EXPECT_EQ(route->candidates[0].backend_index, 1U);
  EXPECT_EQ(route->candidates[0].weight, 5U);
  EXPECT_EQ(route->candidates[1].deployment, "gpt-4o");
  EXPECT_EQ(route->candidates[2].deployment, "gpt-4o-late");
  EXPECT_EQ(route->candidates[2].priority, 3U);
}

TEST(RouteTable, KnowsModelsByTheirExactName) {
  const config::Config config = two_backends();
  const RouteTable table(config);
  for (const std::string& name :
       {std::string(), std::string("GPT-4o"), std::string("gpt-4"), std::string("gpt-4o "),
        std::string("gpt-4o\0", 7), std::string(1 << 16, 'x')}) {
    const Result<Route> route = table.match(name, config::Client{});
    ASSERT_FALSE(route) << name.size();
    EXPECT_EQ(route.error().code, Errc::not_found);
  }
}

TEST(RouteTable, ForbidsWhatTheClientMayNotUse) {
  const config::Config config = two_backends();
  const RouteTable table(config);
  config::Client client;
  client.models = {"embed"};
  EXPECT_TRUE(table.match("embed", client));
  EXPECT_EQ(table.match("gpt-4o", client).error().code, Errc::forbidden);
  EXPECT_EQ(table.match("gpt-5", client).error().code, Errc::not_found);
  client.models = std::vector<std::string>{};
  EXPECT_EQ(table.match("embed", client).error().code, Errc::forbidden);
}

}  // namespace
}  // namespace tollgate::routing
