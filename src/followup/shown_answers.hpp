// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/followup/follower.hpp"

namespace tollgate::followup {

/// What clients were shown of their own finished work, until the work's record is settled with it,
/// or for as long as one may take to come: most such work was settled long ago. Of each client the
/// newest count. Pure; one thread.
class ShownAnswers {
 public:
  static constexpr std::size_t kMostOfOne = 64;
  static constexpr std::chrono::minutes kKept{10};

  /// `now` never goes back.
  void add(ShownAnswer answer, std::chrono::steady_clock::time_point now);
  /// `path`: as shown_work() has it.
  std::optional<ShownAnswer> find(const std::string& client, const std::string& backend,
                                  std::string_view path) const;
  void forget(const std::string& client, const std::string& backend, std::string_view path);

 private:
  struct Shown {
    ShownAnswer answer;
    std::chrono::steady_clock::time_point at;
  };

  void forget_old(std::chrono::steady_clock::time_point now);

  std::map<std::string, std::list<Shown>> of_client_;  ///< the newest last
};

}  // namespace tollgate::followup
