// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "filter_results.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tollgate::audit {
namespace {

int severity(JsonSlice word) {
  constexpr std::array<std::string_view, 4> kSeverities{"safe", "low", "medium", "high"};
  const auto* const found =
      std::ranges::find_if(kSeverities, [&](std::string_view name) { return word.is_text(name); });
  return found == kSeverities.end() ? 0 : static_cast<int>(found - kSeverities.begin());
}

int badness(JsonSlice result) {
  return (result["filtered"].is_true() ? 8 : 0) + (result["detected"].is_true() ? 4 : 0) +
         severity(result["severity"]);
}

}  // namespace

void FilterResults::add(JsonSlice results) {
  if (!results.is_object()) return;
  std::string room;
  JsonItems items(results);
  for (JsonItem item; items.next(item);) {
    if (!item.value.says_something() || item.value.raw().size() > kLongestResult) continue;
    const auto before = worst_.find(name_of(item, room));
    if (before != worst_.end() && before->second == item.value.raw()) continue;
    const auto [known, added] = worst_.try_emplace(item.name.text(), item.value.raw());
    if (!added && badness(item.value) > badness(JsonSlice(known->second))) {
      known->second = item.value.raw();
    }
    if (added && worst_.size() > kMostCategories) worst_.erase(known);
  }
}

void FilterResults::write(std::string& out) const {
  char before = '{';
  for (const auto& [category, result] : worst_) {
    out.push_back(before);
    before = ',';
    append_quoted(out, category);
    out.append(":").append(result);
  }
  out.append(before == '{' ? "{}" : "}");
}

}  // namespace tollgate::audit
