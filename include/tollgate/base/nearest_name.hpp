// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate {

/// Characters to insert, delete or change on the way from one text to the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// What a mistyped name may have meant: the nearest of the names, at most two characters away, of
/// names of up to five characters one; empty: none is near.
template <class Names>
std::string nearest_name(std::string_view mistyped, const Names& names) {
  std::string best;
  std::size_t distance = mistyped.size() > 5 ? 3 : 2;
  for (const std::string& name : names) {
    const std::size_t candidate = edit_distance(mistyped, name);
    if (candidate >= distance) continue;
    distance = candidate;
    best = name;
  }
  return best;
}

/// "; did you mean NAME?", to be put behind a complaint; empty when none is near.
template <class Names>
std::string did_you_mean(std::string_view mistyped, const Names& names) {
  const std::string near = nearest_name(mistyped, names);
  return near.empty() ? near : "; did you mean " + near + "?";
}

}  // namespace tollgate
