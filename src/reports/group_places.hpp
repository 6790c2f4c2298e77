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

/// The groups of a report by name, and where a row has the key of each: the one list of both.
template <std::size_t N>
class NamedGroups {
 public:
  explicit constexpr NamedGroups(std::array<std::string_view, N> names) : names_(names) {}

  /// Does not compile where the list has no such name.
  consteval std::size_t place(std::string_view name) const {
    std::size_t place = 0;
    while (names_.at(place) != name) ++place;
    return place;
  }
  /// The first `count` of them, in this order; each must be a group.
  UsageGroups groups(std::size_t count = N) const {
    const auto end = names_.begin() + static_cast<std::ptrdiff_t>(count);
    return UsageGroups::parse(std::vector<std::string>(names_.begin(), end)).value();
  }

 private:
  std::array<std::string_view, N> names_;
};

}  // namespace tollgate::reports
