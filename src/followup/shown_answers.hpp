// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/followup/follower.hpp"

namespace tollgate::followup {

/// What clients were shown of their own finished work, until the work's record is settled with it.
/// Of each client the newest count. Pure; one thread.
class ShownAnswers {
 public:
  static constexpr std::size_t kMostOfOne = 64;

  void add(ShownAnswer answer);
  /// `path`: as shown_work() has it.
  std::optional<ShownAnswer> find(const std::string& client, const std::string& backend,
                                  std::string_view path) const;
  void forget(const std::string& client, const std::string& backend, std::string_view path);

 private:
  std::map<std::string, std::list<ShownAnswer>> of_client_;  ///< the newest last
};

}  // namespace tollgate::followup
