// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"

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
  const RouteTable table(config);
  const Result<const Route*> found = table.match("gpt-4o", config::Client{});
  ASSERT_TRUE(found);
  const Route* route = *found;
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

TEST(RouteTable, AModelsTimeoutsStandInPlaceOfItsBackends) {
  config::Config config = two_backends();
  config.backends[0].timeouts.first_byte = seconds(11);
  config.backends[1].timeouts.first_byte = seconds(12);
  config.backends[1].timeouts.drain = seconds(13);
  config.models[0].timeouts.first_byte = seconds(900);
  config.models[0].timeouts.drain_size = 7;
  const RouteTable table(config);
  const Route& patient = *table.match("gpt-4o", config::Client{}).value();
  for (const Candidate& candidate : patient.candidates) {
    EXPECT_EQ(candidate.timeouts.first_byte, seconds(900));
    EXPECT_EQ(candidate.timeouts.drain_size, 7U);
  }
  EXPECT_EQ(patient.candidates[0].timeouts.drain, seconds(13));
  const Route& other = *table.match("embed", config::Client{}).value();
  EXPECT_EQ(other.candidates[0].timeouts.first_byte, seconds(11));
  EXPECT_EQ(table.on_backend("sweden", "x", true)->candidates[0].timeouts.first_byte, seconds(12));
}

TEST(RouteTable, KnowsModelsByTheirExactName) {
  const config::Config config = two_backends();
  const RouteTable table(config);
  for (const std::string& name :
       {std::string(), std::string("GPT-4o"), std::string("gpt-4"), std::string("gpt-4o "),
        std::string("gpt-4o\0", 7), std::string(1 << 16, 'x')}) {
    const Result<const Route*> route = table.match(name, config::Client{});
    ASSERT_FALSE(route) << name.size();
    EXPECT_EQ(route.error().code, Errc::not_found);
  }
}

TEST(RouteTable, TakesOtherCaseWhereToldTo) {
  config::Config config = two_backends();
  EXPECT_FALSE(RouteTable(config).match("GPT-4o", config::Client{}));
  config.operations.ignore_model_case = true;
  const RouteTable table(config);
  const Result<const Route*> found = table.match("GPT-4O", config::Client{});
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->model, "gpt-4o");
  config::Client client;
  client.models = std::vector<std::string>{"embed"};
  const Result<const Route*> forbidden = table.match("Gpt-4o", client);
  ASSERT_FALSE(forbidden);
  EXPECT_EQ(forbidden.error().code, Errc::forbidden) << "in whatever case it is written";
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

TEST(RouteTable, ListsEveryRouteInTheFilesOrder) {
  const config::Config config = two_backends();
  const RouteTable table(config);
  ASSERT_EQ(table.routes().size(), 2U);
  EXPECT_EQ(table.routes()[0].model, "gpt-4o");
  EXPECT_EQ(table.routes()[1].model, "embed");
}

TEST(RouteTable, LeadsToAStoredObjectsBackendOnly) {
  const config::Config config = two_backends();
  TargetBoard board(config.retry_budget);
  const RouteTable table(config, &board);
  const std::optional<Route> work = table.on_backend("east", "gpt-4o", true);
  ASSERT_TRUE(work);
  ASSERT_EQ(work->candidates.size(), 1U);
  EXPECT_EQ(work->candidates[0].backend->name, "east");
  EXPECT_EQ(work->candidates[0].deployment, "gpt-4o");
  ASSERT_NE(work->retry, nullptr);
  EXPECT_FALSE(table.on_backend("gone", "gpt-4o", true));
}

TEST(RouteTable, AThrottledDeploymentStopsNoReadingOfWhatItStored) {
  const config::Config config = two_backends();
  TargetBoard board(config.retry_budget);
  const RouteTable table(config, &board);
  const Route work = *table.on_backend("east", "gpt-4o", true);
  const Route reading = *table.on_backend("east", "gpt-4o", false);
  const SteadyTime now{};
  board.lease(work.candidates, {}, now, 0)->report(Signal::throttled, seconds(5), now);
  EXPECT_FALSE(board.lease(work.candidates, {}, now, 0));
  EXPECT_TRUE(board.lease(reading.candidates, {}, now, 0));
  // The model's own candidate is the same target.
  const Route& model = **table.match("gpt-4o", config::Client{});
  const auto same = std::find_if(
      model.candidates.begin(), model.candidates.end(),
      [](const Candidate& c) { return c.backend->name == "east" && c.deployment == "gpt-4o"; });
  ASSERT_NE(same, model.candidates.end());
  EXPECT_EQ(same->target, work.candidates[0].target);
  EXPECT_NE(same->target, reading.candidates[0].target);
}

}  // namespace
}  // namespace tollgate::routing
