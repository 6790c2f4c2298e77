// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/missing_amounts.hpp"

#include <cstdint>

namespace tollgate::reports {

std::string missing_amounts(std::span<const UsageRow> rows) {
  UsageRow all;
  for (const UsageRow& row : rows) add_row(all, row);
  std::string counts;
  const auto add = [&](std::int64_t count, const char* what) {
    if (count > 0)
      counts.append(counts.empty() ? "" : ", ").append(std::to_string(count)).append(what);
  };
  add(all.unpriced, " unpriced");
  add(all.allocated_later - all.never_shared, " of hours of capacity that are not shared out yet");
  add(all.never_shared, " of capacity that the configuration shares out among nobody");
  add(all.partial, " priced in part");
  if (counts.empty()) return "";
  return "operations that have no amount here, or not all of it: " + counts +
         "; see tollgate usage --by client,cost_reason";
}

}  // namespace tollgate::reports
