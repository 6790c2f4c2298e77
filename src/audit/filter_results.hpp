// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "json_slice.hpp"

namespace tollgate::audit {

/// What Azure's content filter found, by category (azure-protocol.md 2.6). Results about several
/// pieces of a text become one: of each category the worst, which is the one that was filtered,
/// else detected, else of the highest severity.
class FilterResults {
 public:
  /// A `content_filter_results` object; anything else is passed over.
  void add(JsonSlice results);
  bool empty() const { return worst_.empty(); }
  /// Appends an object: categories in the order of their names.
  void write(std::string& out) const;

 private:
  static constexpr std::size_t kMostCategories = 64;
  static constexpr std::size_t kLongestResult = 16 * 1024;

  std::map<std::string, std::string, std::less<>> worst_;
};

}  // namespace tollgate::audit
