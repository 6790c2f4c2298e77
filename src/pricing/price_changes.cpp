// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/price_changes.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tollgate::pricing {
namespace {

using EntryKey = std::tuple<std::string, Scope, Tier, UtcTime>;
/// What an entry says: its id has all but its end.
using EntryText = std::pair<std::string, std::optional<UtcTime>>;

std::map<EntryKey, EntryText> entries_of(const PriceList& list) {
  std::map<EntryKey, EntryText> out;
  for (const PriceEntry& entry : list.entries())
    out[{entry.model, entry.scope, entry.tier, entry.from}] = {entry.id, entry.until};
  return out;
}

using AdjustmentText = std::tuple<std::string, std::int64_t, UtcTime, std::optional<UtcTime>>;

std::vector<AdjustmentText> adjustments_of(const PriceList& list) {
  std::vector<AdjustmentText> out;
  for (const Adjustment& one : list.adjustments())
    out.emplace_back(one.client, one.millionths, one.from, one.until);
  return out;
}

void add_count(std::string& out, std::size_t count, const char* what) {
  if (count == 0) return;
  const char* const unit = !out.empty() ? " " : count == 1 ? " entry " : " entries ";
  out.append(out.empty() ? "" : ", ").append(std::to_string(count)).append(unit).append(what);
}

}  // namespace

std::string price_changes(const PriceList& before, const PriceList& after) {
  const auto old_ones = entries_of(before);
  const auto new_ones = entries_of(after);
  std::size_t added = 0;
  std::size_t changed = 0;
  for (const auto& [key, text] : new_ones) {
    const auto found = old_ones.find(key);
    added += found == old_ones.end() ? 1 : 0;
    changed += found != old_ones.end() && found->second != text ? 1 : 0;
  }
  std::size_t removed = 0;
  for (const auto& [key, text] : old_ones) removed += new_ones.contains(key) ? 0 : 1;
  std::string out;
  add_count(out, added, "added");
  add_count(out, removed, "removed");
  add_count(out, changed, "changed");
  if (adjustments_of(before) != adjustments_of(after))
    out.append(out.empty() ? "" : ", ").append("adjustments changed");
  return out;
}

}  // namespace tollgate::pricing
