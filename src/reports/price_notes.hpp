// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tollgate::reports {

/// Numbers for ids that are too long for a column, in the order in which they come.
class PriceNotes {
 public:
  /// "[1]"; empty: it has none.
  std::string of(const std::string& id) {
    if (id.empty()) return "";
    const auto [place, fresh] = numbers_.emplace(id, numbers_.size() + 1);
    std::string number = "[" + std::to_string(place->second) + "]";
    if (fresh) told_.emplace_back(number, id);
    return number;
  }
  /// "[1]" and its id, each once.
  const std::vector<std::pair<std::string, std::string>>& told() const { return told_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::pair<std::string, std::string>> told_;
};

inline constexpr const char* kPriceIdsTitle = "Price ids";

}  // namespace tollgate::reports
