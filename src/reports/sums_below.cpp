// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sums_below.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "tollgate/pricing/amount.hpp"

namespace tollgate::reports {
namespace {

/// A column that counts operations, and what of them.
struct CountedColumn {
  std::string_view name;
  std::int64_t (*count)(const UsageRow& row);
  std::string_view of;
};
constexpr std::array kCounted{
    CountedColumn{"unknown", [](const UsageRow& r) { return r.unknown(); },
                  " whose tokens are not known"},
    CountedColumn{"estimated", [](const UsageRow& r) { return r.estimated; },
                  " whose tokens are estimated, or known in part"},
    CountedColumn{"unpriced", [](const UsageRow& r) { return r.unpriced; }, " without an amount"},
    CountedColumn{"partial", [](const UsageRow& r) { return r.partial; },
                  " with an amount for a part alone"},
    CountedColumn{"allocated_later", [](const UsageRow& r) { return r.allocated_later; },
                  " of hours of capacity that are not shared out"},
};

/// Whether it was there.
bool take_name(std::vector<std::string>& names, std::string_view name) {
  return std::erase_if(names, [&](const std::string& one) { return one == name; }) > 0;
}

std::string with_name(std::string text, std::string_view name) {
  return text.append(" (").append(name).append(")");
}

/// Of each currency; two are never added.
void add_provisional(std::span<const UsageRow> totals, std::vector<std::string>& out) {
  for (const UsageRow& total : totals) {
    if (!total.provisional_nano) continue;
    std::string amount = pricing::to_fixed(*total.provisional_nano, pricing::kNanoDecimals);
    if (!total.currency.empty()) amount.append(" ").append(total.currency);
    out.push_back(with_name(std::move(amount), "provisional"));
  }
}

}  // namespace

std::vector<std::string> take_sums_below(std::vector<std::string>& missed,
                                         std::span<const UsageRow> totals) {
  std::vector<std::string> out;
  const UsageRow& all = totals.front();
  for (const CountedColumn& column : kCounted) {
    if (!take_name(missed, column.name)) continue;
    const std::int64_t count = column.count(all);
    std::string text = std::to_string(count).append(count == 1 ? " operation" : " operations");
    out.push_back(with_name(text.append(column.of), column.name));
  }
  if (take_name(missed, "estimated_tokens"))
    out.push_back(with_name(std::to_string(all.estimated_tokens) + " tokens of these estimated",
                            "estimated_tokens"));
  if (take_name(missed, "provisional")) add_provisional(totals, out);
  return out;
}

}  // namespace tollgate::reports
