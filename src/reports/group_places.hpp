// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/reports/usage_groups.hpp"

namespace tollgate::reports {

/// Where a row's key of that name stands. Does not compile where the list has none.
template <std::size_t N>
consteval std::size_t place_in(const std::array<std::string_view, N>& names,
                               std::string_view name) {
  std::size_t place = 0;
  while (names.at(place) != name) ++place;
  return place;
}

/// The groups of these names, in this order; each must be one.
template <std::size_t N>
UsageGroups groups_named(const std::array<std::string_view, N>& names) {
  return UsageGroups::parse(std::vector<std::string>(names.begin(), names.end())).value();
}

}  // namespace tollgate::reports
