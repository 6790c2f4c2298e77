// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "tollgate/base/text.hpp"

namespace tollgate::reconciliation {

/// Orders names whatever the case of their letters: exports write one meter in both.
struct AnyCase {
  bool operator()(std::string_view a, std::string_view b) const {
    return std::ranges::lexicographical_compare(a, b, {}, ascii_lower, ascii_lower);
  }
};
using NameSet = std::set<std::string, AnyCase>;

/// As many of them as can be read on a line, and how many there are besides: "a, b and 3 others".
inline std::string few_of(const NameSet& names) {
  constexpr std::size_t kMost = 8;
  std::string out;
  std::size_t told = 0;
  for (const std::string& name : names) {
    if (told++ == kMost) break;
    out.append(out.empty() ? "" : ", ").append(name);
  }
  if (names.size() > kMost) out += " and " + std::to_string(names.size() - kMost) + " others";
  return out;
}

}  // namespace tollgate::reconciliation
