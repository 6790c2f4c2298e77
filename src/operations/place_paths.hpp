// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "tollgate/operations/place.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::operations {

/// The places of one kind in a list, as the JSON scanner wants them.
class PlacePaths {
 public:
  PlacePaths(std::span<const Place> places, Where where);

  const usage::JsonPaths& paths() const { return paths_; }
  const Place& place(std::size_t path) const { return *places_[path]; }
  bool empty() const { return places_.empty(); }

 private:
  std::vector<const Place*> places_;
  usage::JsonPaths paths_;
};

/// Made once for every list of the operation table. Any thread.
const PlacePaths& paths_of(std::span<const Place> places, Where where);

}  // namespace tollgate::operations
