// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "tollgate/routing/route.hpp"

namespace tollgate::upstream {

/// Where stream_options was refused: by deployment and api-version, so that it is tried once and
/// not with every request. One per worker.
class RefusedOptions {
 public:
  bool contains(const routing::Candidate& candidate, std::string_view api_version) const;
  void note(const routing::Candidate& candidate, std::string_view api_version);

 private:
  /// Versions are the client's words: past this many, all is forgotten and learned anew.
  static constexpr std::size_t kMostKnown = 1000;

  std::set<std::tuple<std::size_t, std::string, std::string>> known_;
};

}  // namespace tollgate::upstream
