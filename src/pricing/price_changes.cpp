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

using CapacityKey = std::tuple<std::string, std::string, UtcTime>;
/// What an entry of capacity says, without its line.
using CapacityText =
    std::tuple<std::string, std::optional<UtcTime>, std::int64_t, Int128, std::optional<Int128>,
               Allocate, std::int64_t, std::optional<std::int64_t>>;

std::map<CapacityKey, CapacityText> capacities_of(const PriceList& list) {
  std::map<CapacityKey, CapacityText> out;
  for (const Capacity& one : list.capacities().entries()) {
    out[{one.backend, one.deployment, one.from}] = {
        one.model,        one.until,    one.ptu,           one.pico_an_hour,
        one.pico_a_month, one.allocate, one.output_weight, one.tokens_per_minute};
  }
  return out;
}

void add_count(std::string& out, std::size_t count, const char* what) {
  if (count == 0) return;
  const char* const unit = !out.empty() ? " " : count == 1 ? " entry " : " entries ";
  out.append(out.empty() ? "" : ", ").append(std::to_string(count)).append(unit).append(what);
}

/// "2 entries added, 1 removed, 3 changed".
template <class Entries>
std::string counted_changes(const Entries& old_ones, const Entries& new_ones) {
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
  return out;
}

}  // namespace

std::string price_changes(const PriceList& before, const PriceList& after) {
  std::string out = counted_changes(entries_of(before), entries_of(after));
  const std::string capacity = counted_changes(capacities_of(before), capacities_of(after));
  if (!capacity.empty()) out.append(out.empty() ? "" : ", ").append("capacity: ").append(capacity);
  if (adjustments_of(before) != adjustments_of(after))
    out.append(out.empty() ? "" : ", ").append("adjustments changed");
  return out;
}

}  // namespace tollgate::pricing
