// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "jwt.hpp"
#include "tollgate/auth/caller.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::auth {

/// Which client a proven identity is. Refers into the Config, which outlives it.
class ClientTable {
 public:
  explicit ClientTable(const config::Config& config);

  struct KeyOwner {
    const config::Client* client = nullptr;
    const config::ApiKey* key = nullptr;
  };
  /// Compares against every key, whichever matches: the time tells nothing (A12). Null: nobody's.
  KeyOwner by_api_key(std::string_view key) const;
  const config::Client* by_header_value(std::string_view value) const;
  /// By object id, then app id, then roles, then groups: the most specific proof wins.
  const config::Client* by_token(const TokenIdentity& identity) const;

 private:
  using Index = std::map<std::string, const config::Client*, std::less<>>;
  std::vector<KeyOwner> keys_;
  Index header_values_;
  Index object_ids_;
  Index app_ids_;
  Index roles_;
  Index groups_;
};

}  // namespace tollgate::auth
