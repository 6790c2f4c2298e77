// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/left_out.hpp"

#include <array>
#include <map>
#include <string_view>

#include "names.hpp"

namespace tollgate::reconciliation {
namespace {

struct Reason {
  LeftOutFor why;
  std::string_view of;   ///< what the rows are
  std::string_view one;  ///< what one row is
  std::string_view end;
};
constexpr std::array kReasons{
    Reason{LeftOutFor::resource, "of resources that no backend stands for",
           "of a resource that no backend stands for",
           "left out; backends.*.resource_id names a backend's"},
    Reason{LeftOutFor::charge, "that charge for no usage", "that charges for no usage", "left out"},
    Reason{LeftOutFor::deployment, "that name no deployment", "that names no deployment",
           "left out; nothing stands beside them"}};

/// Rows that are left out for one reason.
struct Sum {
  std::size_t rows = 0;
  std::size_t unreadable = 0;
  NameSet names;
  std::map<std::string, pricing::Int128> costs;       ///< by currency
  std::map<std::string, pricing::Int128> quantities;  ///< by metric
};

void add(Sum& sum, const LeftOutRow& row) {
  ++sum.rows;
  sum.names.insert(row.name.empty() ? "without a name" : row.name);
  if (row.quantity) sum.quantities[row.counted] += *row.quantity;
  if (!row.counted.empty()) {
    sum.unreadable += row.quantity ? 0 : 1;
    return;
  }
  if (!row.cost) {
    sum.unreadable += row.currency.empty() ? 0 : 1;
  } else if (const auto both = pricing::plus(sum.costs[row.currency], *row.cost)) {
    sum.costs[row.currency] = *both;
  } else {
    ++sum.unreadable;
  }
}

std::string text_of(const Reason& reason, const Sum& sum) {
  std::string out = std::to_string(sum.rows) + (sum.rows == 1 ? " row " : " rows ");
  out.append(sum.rows == 1 ? reason.one : reason.of)
      .append(" (")
      .append(few_of(sum.names))
      .append(")");
  for (const auto& [currency, cost] : sum.costs) {
    out.append(", ").append(pricing::to_decimal(cost, pricing::kPicoDecimals));
    out.append(" ").append(currency.empty() ? "of a currency that is not told" : currency);
  }
  for (const auto& [metric, quantity] : sum.quantities)
    out.append(", ").append(pricing::to_decimal(quantity, 0)).append(" ").append(metric);
  if (sum.unreadable > 0)
    out +=
        std::string(reason.why == LeftOutFor::deployment ? ", the count of " : ", the cost of ") +
        std::to_string(sum.unreadable) + " of them cannot be read";
  return out.append(": ").append(reason.end);
}

}  // namespace

std::vector<std::string> notes_of(std::span<const LeftOutRow> rows) {
  std::vector<std::string> out;
  for (const Reason& reason : kReasons) {
    Sum sum;
    for (const LeftOutRow& row : rows) {
      if (row.why == reason.why) add(sum, row);
    }
    if (sum.rows > 0) out.push_back(text_of(reason, sum));
  }
  return out;
}

}  // namespace tollgate::reconciliation
