// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "default_issuers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tollgate::auth {
namespace {

const std::string kTenant = "00000000-0000-0000-0000-000000000001";

TEST(DefaultIssuers, AreBothFormsOfEachCloud) {
  for (const auto& [authority, v1_host] :
       {std::pair<std::string, std::string>("https://login.microsoftonline.com",
                                            "https://sts.windows.net/"),
        {"https://login.microsoftonline.us", "https://sts.windows.net/"},
        {"https://login.partner.microsoftonline.cn", "https://sts.chinacloudapi.cn/"},
        {"https://login.chinacloudapi.cn", "https://sts.chinacloudapi.cn/"},
        {"https://login.partner.microsoftonline.cn.evil", "https://sts.windows.net/"}}) {
    const auto issuers = default_issuers(authority, kTenant);
    ASSERT_EQ(issuers.size(), 2U);
    EXPECT_EQ(issuers[0].issuer, v1_host + kTenant + "/");
    EXPECT_EQ(issuers[1].issuer, authority + "/" + kTenant + "/v2.0");
    EXPECT_EQ(issuers[0].tenant, kTenant);
    EXPECT_EQ(issuers[1].tenant, kTenant);
  }
}

}  // namespace
}  // namespace tollgate::auth
