// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "statement_words.hpp"

#include <algorithm>
#include <string_view>

#include "tollgate/pricing/allocation.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::reports {
namespace {

constexpr std::string_view kWeighted = "weighted tokens";

bool is_share(const StatementItem& item) {
  return item.price.price_class == pricing::kProvisionedClass;
}

constexpr const char* kRule =
    "Amounts are the sums of the operations' costs. Each of these is rounded once, to a billionth "
    "of the currency, and its parts add up to it: a line differs from quantity x unit price by "
    "less than a billionth for each of its operations.";
constexpr const char* kWeights =
    "Capacity that is paid by the hour is shared out by weighted tokens: those in that came from "
    "no cache, and a multiple of those out. The unit price is what the hour costs for all of them.";

}  // namespace

std::string nanos(Int128 number) { return pricing::to_fixed(number, pricing::kNanoDecimals); }
std::string whole(Int128 number) { return pricing::to_decimal(number, 0); }

std::string with_currency(const std::string& amount, const std::string& currency) {
  return amount.empty() ? "" : amount + " " + currency;
}

bool has_price(const StatementItem& item) { return !item.price.price.empty(); }

std::string price_words(const StatementItem& item, NumberWords words) {
  if (!has_price(item)) return "";
  const usage::CostComponent& price = item.price;
  std::string out = words(price.price) + " per " + words(std::to_string(price.per));
  if (is_share(item)) out.append(" ").append(kWeighted);
  if (!price.percent.empty()) out.append(", ").append(price.percent).append(" %");
  return out;
}

std::string class_words(const StatementItem& item) {
  std::string out = item.price.price_class;
  if (!item.deployment.empty()) out.append(" ").append(item.deployment);
  if (!item.hour.empty()) out.append(", ").append(item.hour);
  return out;
}

std::string provisional_text(const StatementGap& gap) {
  return gap.provisional_nano ? nanos(*gap.provisional_nano) : std::string();
}

std::string total_words(const StatementTotal& total, NumberWords words) {
  std::string out = "Total: " + words(nanos(total.amount_nano)) + " " + total.currency;
  if (total.operations != 0)
    out.append(" for " + words(std::to_string(total.operations)) +
               (total.operations == 1 ? " operation" : " operations"));
  if (total.estimated > 0) {
    out.append("; of these " + words(std::to_string(total.estimated)) +
               (total.estimated == 1 ? " is" : " are") + " estimated or not final: " +
               words(nanos(total.estimated_nano)) + " " + total.currency);
  }
  return out;
}

std::string no_total(const Statement& statement) {
  if (!statement.gaps.empty()) return "No amount is known.";
  return statement.of_unused_capacity
             ? "No capacity is known to have been left unused in this time."
             : "Nothing was used in this time.";
}

std::string no_item(const Statement& statement) {
  if (statement.gaps.empty() && statement.totals.empty()) return "";
  return statement.of_unused_capacity ? "No unused capacity has an amount."
                                      : "Nothing was used that has an amount.";
}

std::string no_gap(const Statement& statement) {
  return statement.totals.empty() ? "" : "Everything that is known to have been used has a price.";
}

std::vector<std::pair<std::string, std::string>> facts(const Statement& statement) {
  std::vector<std::pair<std::string, std::string>> out{
      {"Payer", statement.payer},         {"Period", statement.period},
      {"From", statement.from},           {"Until", statement.until},
      {"Time zone", statement.time_zone}, {"Made at", statement.made_at}};
  if (!statement.revised_at.empty()) {
    out.emplace_back(
        "Revised", std::to_string(statement.revised_operations) +
                       (statement.revised_operations == 1 ? " operation was" : " operations were") +
                       " priced anew, last at " + statement.revised_at);
  }
  return out;
}

std::vector<std::string> notes(const Statement& statement) {
  std::vector<std::string> out{kRule};
  if (std::any_of(statement.items.begin(), statement.items.end(), is_share))
    out.emplace_back(kWeights);
  return out;
}

}  // namespace tollgate::reports
