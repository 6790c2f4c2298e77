// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/deployment_models.hpp"

#include <gtest/gtest.h>

namespace tollgate::reports {
namespace {

usage::UsageRecord answered(std::string model,
                            usage::UsageBasis basis = usage::UsageBasis::reported) {
  usage::UsageRecord out;
  out.backend = "east";
  out.backend_deployment = "prod";
  out.model = std::move(model);
  out.usage_basis = basis;
  return out;
}

const usage::UsageRecord kFailed = answered("prod", usage::UsageBasis::none);

TEST(DeploymentModels, AreThoseThatMostAnswersNamedOfSeveralTheLater) {
  DeploymentModels models;
  const auto of_failed = DeploymentModels::unnamed(kFailed);
  EXPECT_EQ(models.model_of(of_failed), nullptr);
  models.note(answered("old"), 1, 10);
  models.note(answered("new"), 1, 20);
  EXPECT_EQ(*models.model_of(of_failed), "new");
  models.note(answered("old"), 1, 5);
  EXPECT_EQ(*models.model_of(of_failed), "old");
  models.note(kFailed, 9, 30);
  EXPECT_EQ(*models.model_of(of_failed), "old") << "it names none";
}

TEST(DeploymentModels, ARecordThatNamesItsOwnIsCountedUnderThat) {
  const DeploymentModels::Deployment none;
  EXPECT_EQ(DeploymentModels::unnamed(answered("gpt-5")), none);
  EXPECT_EQ(DeploymentModels::unnamed(answered("prod")), none) << "the answer said so";
  usage::UsageRecord elsewhere = kFailed;
  elsewhere.backend_deployment = elsewhere.model = "";
  EXPECT_EQ(DeploymentModels::unnamed(elsewhere), none);
  usage::UsageRecord rest = kFailed;
  rest.cost_reason = "unused_capacity";
  EXPECT_EQ(DeploymentModels::unnamed(rest), none) << "it is no operation";
}

}  // namespace
}  // namespace tollgate::reports
