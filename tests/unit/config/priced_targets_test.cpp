// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "minimal.hpp"

// What targets and clients say of prices.
namespace tollgate::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kTarget = "{backend: east}";

TEST(PricedTargets, OfATargetSayItsSkuAndWhatItServes) {
  const LoadResult loaded = load_text(
      minimal_with(kTarget, "{backend: east, sku: GlobalStandard, serves: gpt-5}"), fake_secrets());
  ASSERT_THAT(loaded.errors, IsEmpty()) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->models[0].targets[0].sku, "GlobalStandard");
  EXPECT_EQ(loaded.config->models[0].targets[0].serves, "gpt-5");
  EXPECT_THAT(errors_of(minimal_with(kTarget, "{backend: east, sku: Global}")),
              ElementsAre("12:36: models[0].targets[0].sku must be one of Standard, "
                          "DataZoneStandard, GlobalStandard, DataZoneBatch, GlobalBatch, "
                          "ProvisionedManaged, DataZoneProvisionedManaged, "
                          "GlobalProvisionedManaged, DeveloperTier"));
}

TEST(PricedTargets, ADeploymentIsTheSameForEveryModel) {
  const std::string twice =
      "{backend: east, deployment: d, sku: Standard}]\n"
      "  - name: other\n"
      "    targets: [{backend: east, deployment: d, sku: GlobalStandard}";
  EXPECT_THAT(errors_of(minimal_with(kTarget, twice)),
              ElementsAre("13: model other and another one differ in sku or serves of east/d"));
}

TEST(PricedTargets, AClientMayRefuseWhatHasNoPrice) {
  const LoadResult loaded = load_text(
      minimal_with("- name: retail", "- name: retail\n    on_unpriced: refuse"), fake_secrets());
  ASSERT_THAT(loaded.errors, IsEmpty()) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->clients[0].on_unpriced, OnUnpriced::refuse);
  EXPECT_THAT(errors_of(minimal_with("- name: retail", "- name: retail\n    on_unpriced: no")),
              ElementsAre("5:18: clients[0].on_unpriced must be allow or refuse"));
}

}  // namespace
}  // namespace tollgate::config
