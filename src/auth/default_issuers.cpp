// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "default_issuers.hpp"

namespace tollgate::auth {
namespace {

std::string v1_host(const std::string& authority) {
  const bool china = authority == "https://login.partner.microsoftonline.cn" ||
                     authority == "https://login.chinacloudapi.cn";
  return china ? "https://sts.chinacloudapi.cn" : "https://sts.windows.net";
}

}  // namespace

std::vector<TokenRules::Issuer> default_issuers(const std::string& authority,
                                                const std::string& tenant) {
  return {{v1_host(authority) + "/" + tenant + "/", tenant},
          {authority + "/" + tenant + "/v2.0", tenant}};
}

}  // namespace tollgate::auth
