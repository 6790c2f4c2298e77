// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/resources.hpp"

#include <gtest/gtest.h>

namespace tollgate::reconciliation {
namespace {

constexpr const char* kAccounts = "/subscriptions/s/resourceGroups/g/providers/x/accounts/";

TEST(Resources, AreFoundByTheirIdOrElseByTheHostsFirstLabel) {
  const Resources resources(
      {{"east", "https://Contoso-East.openai.azure.com", ""},
       {"west", "https://10.0.0.7:8443/p", std::string(kAccounts) + "West"},
       {"west-key", "https://west.internal", std::string(kAccounts) + "WEST"}});
  EXPECT_EQ(resources.of_backend("east"), "contoso-east");
  EXPECT_EQ(resources.of_backend("west"), "west");
  EXPECT_EQ(resources.of_backend("west-key"), "west") << "the same resource";
  EXPECT_EQ(resources.of_backend("gone"), "gone");
  EXPECT_EQ(resources.of_resource_id(std::string(kAccounts) + "contoso-EAST"), "contoso-east");
  EXPECT_EQ(resources.of_resource_id(std::string(kAccounts) + "west"), "west");
  EXPECT_EQ(resources.of_resource_id("/subscriptions/other/accounts/west"), std::nullopt)
      << "its id is told, and is another";
  EXPECT_EQ(resources.of_resource_id(""), std::nullopt);
}

}  // namespace
}  // namespace tollgate::reconciliation
