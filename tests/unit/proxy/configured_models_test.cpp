// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "configured_models.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tollgate::proxy {
namespace {

using nlohmann::json;

class ConfiguredModels : public testing::Test {
 protected:
  ConfiguredModels() {
    config_.backends.emplace_back().name = "home";
    for (const char* name : {"gpt-4o", "embed", "secret"}) {
      config::Model model;
      model.name = name;
      config_.models.push_back(std::move(model));
    }
    client_.models = std::vector<std::string>{"embed", "gpt-4o"};
  }

  Result<std::string> answer(const std::string& path) {
    const auto target = operations::parse_target("GET", path);
    return answer_from_configuration(target.value(), config_, routing::RouteTable(config_),
                                     client_);
  }

  std::vector<std::string> ids(const std::string& path) {
    std::vector<std::string> out;
    const json list = json::parse(answer(path).value());
    EXPECT_EQ(list["object"], "list");
    for (const json& one : list["data"]) out.push_back(one["id"]);
    return out;
  }

  config::Config config_;
  config::Client client_;
};

using Ids = std::vector<std::string>;

TEST_F(ConfiguredModels, AreListedAsFarAsTheClientMayUseThem) {
  const Ids allowed{"gpt-4o", "embed"};
  EXPECT_EQ(ids("/openai/v1/models"), allowed);
  EXPECT_EQ(ids("/v1/models"), allowed);
  EXPECT_EQ(ids("/openai/models?api-version=2024-10-21"), allowed);
  EXPECT_EQ(ids("/openai/deployments?api-version=2022-12-01"), allowed);
  client_.models.reset();
  EXPECT_EQ(ids("/openai/v1/models"), (Ids{"gpt-4o", "embed", "secret"}));
}

TEST_F(ConfiguredModels, OneIsShownToWhoMayUseIt) {
  EXPECT_EQ(json::parse(answer("/openai/v1/models/embed").value())["id"], "embed");
  for (const char* path : {"/openai/v1/models/secret", "/openai/v1/models/none"}) {
    const auto refused = answer(path);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().code, Errc::not_found) << "neither tells that it exists";
  }
  EXPECT_FALSE(answer("/openai/v1/models/EMBED"));
  config_.operations.ignore_model_case = true;
  EXPECT_EQ(json::parse(answer("/openai/v1/models/EMBED").value())["id"], "embed");
  EXPECT_FALSE(answer("/openai/v1/models/SECRET"));
}

TEST_F(ConfiguredModels, ListsOfAllClientsObjectsAreRefused) {
  for (const char* path : {"/openai/v1/files", "/openai/v1/assistants", "/openai/v1/batches",
                           "/openai/v1/vector_stores", "/openai/v1/fine_tuning/jobs",
                           "/openai/v1/containers", "/openai/files?api-version=2024-10-21"}) {
    const auto refused = answer(path);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().code, Errc::forbidden) << path;
  }
}

}  // namespace
}  // namespace tollgate::proxy
