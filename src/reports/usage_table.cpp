// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "cells.hpp"
#include "narrow_table.hpp"
#include "sums_below.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::reports {
namespace {

using Json = nlohmann::ordered_json;

/// A row's part of all tokens; null when there are none.
Json percent(const UsageRow& row, std::int64_t all_tokens) {
  if (all_tokens <= 0) return nullptr;
  return 100.0 * static_cast<double>(row.total_tokens) / static_cast<double>(all_tokens);
}

Json average(const UsageRow& row) {
  return row.average_total_tokens ? Json(*row.average_total_tokens) : Json(nullptr);
}

Json amount(const std::optional<Int128>& nano) {
  return nano ? Json(pricing::to_fixed(*nano, pricing::kNanoDecimals)) : Json(nullptr);
}

/// The numbers of a row, in every format; null is what is not known.
struct Number {
  const char* name;
  Json (*value)(const UsageRow& row, std::int64_t all_tokens);
};
constexpr std::array kNumbers{
    Number{"operations", [](const UsageRow& r, std::int64_t) -> Json { return r.operations; }},
    Number{"prompt_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return r.prompt_tokens; }},
    Number{"completion_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return r.completion_tokens; }},
    Number{"total_tokens", [](const UsageRow& r, std::int64_t) -> Json { return r.total_tokens; }},
    Number{"average_total_tokens", [](const UsageRow& r, std::int64_t) { return average(r); }},
    Number{"estimated", [](const UsageRow& r, std::int64_t) -> Json { return r.estimated; }},
    Number{"without_usage",
           [](const UsageRow& r, std::int64_t) -> Json { return r.without_usage; }},
    Number{"free", [](const UsageRow& r, std::int64_t) -> Json { return r.free; }},
    Number{"priced_otherwise",
           [](const UsageRow& r, std::int64_t) -> Json { return r.priced_otherwise; }},
    Number{"unknown", [](const UsageRow& r, std::int64_t) -> Json { return r.unknown(); }},
    Number{"tokens_percent", percent},
    Number{"cached_prompt_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return r.cached_prompt_tokens; }},
    Number{"estimated_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return r.estimated_tokens; }},
    Number{"cost", [](const UsageRow& r, std::int64_t) { return amount(r.cost_nano); }},
    Number{"currency", [](const UsageRow& r, std::int64_t) -> Json { return r.currency; }},
    Number{"unpriced", [](const UsageRow& r, std::int64_t) -> Json { return r.unpriced; }},
    Number{"partial", [](const UsageRow& r, std::int64_t) -> Json { return r.partial; }},
    Number{"allocated_later",
           [](const UsageRow& r, std::int64_t) -> Json { return r.allocated_later; }},
    Number{"provisional",
           [](const UsageRow& r, std::int64_t) { return amount(r.provisional_nano); }},
};

PreviousUsage before(const UsageRow& row) { return row.previous.value_or(PreviousUsage()); }

/// What is known of both times; what one of them has no amount for is null.
Json difference(const UsageRow& row) {
  const std::optional<Int128> then = before(row).cost_nano;
  if (!row.cost_nano && !then) return nullptr;
  return amount(row.cost_nano.value_or(0) - then.value_or(0));
}

/// The same for reports that compare.
constexpr std::array kCompared{
    Number{"previous_operations",
           [](const UsageRow& r, std::int64_t) -> Json { return before(r).operations; }},
    Number{"previous_total_tokens",
           [](const UsageRow& r, std::int64_t) -> Json { return before(r).total_tokens; }},
    Number{"previous_cost",
           [](const UsageRow& r, std::int64_t) { return amount(before(r).cost_nano); }},
    Number{"cost_difference", [](const UsageRow& r, std::int64_t) { return difference(r); }},
};

/// The numbers of these rows.
std::vector<Number> numbers_of(std::span<const UsageRow> rows) {
  std::vector<Number> out(kNumbers.begin(), kNumbers.end());
  const bool compared = std::any_of(rows.begin(), rows.end(),
                                    [](const UsageRow& row) { return row.previous.has_value(); });
  if (compared) out.insert(out.end(), kCompared.begin(), kCompared.end());
  return out;
}

/// What a table leaves out where it does not fit, the first at first: at last what was done and
/// used. Of what is not known or not final, and of the currency, a line below has the whole
/// (sums_below.hpp). The others are what is owed.
constexpr std::array<std::string_view, 20> kMissedBest{"average_total_tokens",
                                                       "tokens_percent",
                                                       "priced_otherwise",
                                                       "free",
                                                       "without_usage",
                                                       "cached_prompt_tokens",
                                                       "previous_operations",
                                                       "prompt_tokens",
                                                       "completion_tokens",
                                                       "previous_total_tokens",
                                                       "currency",
                                                       "estimated_tokens",
                                                       "estimated",
                                                       "partial",
                                                       "unknown",
                                                       "allocated_later",
                                                       "unpriced",
                                                       "provisional",
                                                       "operations",
                                                       "total_tokens"};

/// The same of rows in one currency or in several, where no amount says anything without its own.
std::vector<std::string_view> expendable_of(bool several_currencies) {
  std::vector<std::string_view> out(kMissedBest.begin(), kMissedBest.end());
  if (several_currencies) std::erase(out, "currency");
  return out;
}

std::string text_of(const Json& number) {
  if (number.is_null()) return "";
  if (number.is_string()) return number.get<std::string>();
  if (number.is_number_integer()) return std::to_string(number.get<std::int64_t>());
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", number.get<double>());
  return text.data();
}

std::vector<std::string> header(std::span<const std::string> by,
                                const std::vector<Number>& numbers) {
  std::vector<std::string> out(by.begin(), by.end());
  for (const Number& number : numbers) out.emplace_back(number.name);
  return out;
}

std::vector<std::string> cells(const UsageRow& row, const std::vector<Number>& numbers,
                               std::int64_t all_tokens) {
  std::vector<std::string> out = row.keys;
  for (const Number& number : numbers) out.push_back(text_of(number.value(row, all_tokens)));
  return out;
}

std::int64_t tokens_of(std::span<const UsageRow> rows) {
  UsageRow all;
  for (const UsageRow& row : rows) add_row(all, row);
  return all.total_tokens;
}

/// Of all rows; where there are several currencies without a cost, and then of the rows of each.
std::vector<UsageRow> totals_of(std::span<const UsageRow> rows, std::size_t keys) {
  UsageRow all;
  std::map<std::string, UsageRow> parts;
  for (const UsageRow& row : rows) {
    add_row(all, row);
    if (!row.currency.empty()) add_row(parts[row.currency], row);
  }
  if (parts.size() == 1) all.currency = parts.begin()->first;
  std::vector<UsageRow> out;
  const auto add_total = [&](UsageRow total, std::string name) {
    total.kind = RowKind::total;
    total.keys.assign(keys, "");
    if (keys > 0) total.keys.front() = std::move(name);
    average_row(total);
    out.push_back(std::move(total));
  };
  const std::string name(label_of(RowKind::total));
  if (parts.size() > 1) {
    all.cost_nano.reset();
    all.provisional_nano.reset();
    if (all.previous) all.previous->cost_nano.reset();
  }
  add_total(std::move(all), name);
  for (auto& [currency, part] : parts) {
    if (parts.size() < 2) break;
    part.currency = currency;
    std::string its_name = name;
    add_total(std::move(part), its_name.append(" ").append(currency));
  }
  return out;
}

/// Of the columns that a table does not have.
std::string lines_below(NarrowTable& table, std::span<const UsageRow> totals, std::size_t width) {
  std::vector<std::string> currency;
  if (std::erase(table.missed, "currency") > 0) currency.push_back(totals.front().currency);
  std::vector<std::string> sums = take_sums_below(table.missed, totals);
  if (!sums.empty()) sums.back().append("; by row: --format csv");
  return line_below("all amounts are in ", currency, width)
      .append(line_below("no room for these, in all: ", sums, width))
      .append(line_below("not shown, for they are empty or 0 in every row: ", table.empty, width))
      .append(line_below("not shown, for want of room: ", table.missed, width));
}

std::string as_table(std::span<const UsageRow> rows, std::span<const std::string> by,
                     std::optional<std::size_t> width) {
  const std::vector<UsageRow> totals = totals_of(rows, by.size());
  const std::vector<Number> numbers = numbers_of(rows);
  const std::int64_t all_tokens = totals.front().total_tokens;
  std::vector<Cells> lines{header(by, numbers)};
  const auto add_line = [&](const UsageRow& row) {
    Cells line = named_keys(row);
    for (const Number& number : numbers) line.push_back(text_of(number.value(row, all_tokens)));
    lines.push_back(std::move(line));
  };
  for (const UsageRow& row : rows) add_line(row);
  for (const UsageRow& total : totals) add_line(total);
  if (!width) return table_of(lines, by.size());
  const std::vector<std::string_view> expendable = expendable_of(totals.size() > 1);
  NarrowTable table = narrow_table_of(lines, by.size(), {*width, expendable});
  return table.text + lines_below(table, totals, *width);
}

std::string as_csv(std::span<const UsageRow> rows, std::span<const std::string> by) {
  const std::vector<Number> numbers = numbers_of(rows);
  std::string out = csv_line(header(by, numbers), by.size());
  const std::int64_t all_tokens = tokens_of(rows);
  for (const UsageRow& row : rows) out.append(csv_line(cells(row, numbers, all_tokens), by.size()));
  return out;
}

std::string as_json(std::span<const UsageRow> rows, std::span<const std::string> by) {
  const std::int64_t all_tokens = tokens_of(rows);
  const std::vector<Number> numbers = numbers_of(rows);
  Json list = Json::array();
  for (const UsageRow& row : rows) {
    Json object;
    for (std::size_t i = 0; i < by.size(); ++i) object[by[i]] = row.keys[i];
    for (const Number& number : numbers) object[number.name] = number.value(row, all_tokens);
    list.push_back(std::move(object));
  }
  return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// What no operation pays was not multiplied.
Cells rest_line(const UsageRow& row) {
  Cells line(row.keys);
  for (const std::string& cell :
       {std::string(word_of(row.kind)), std::string(), std::string(), std::string(),
        std::string("0"), std::string(), pricing::to_fixed(*row.cost_nano, pricing::kNanoDecimals),
        row.currency})
    line.push_back(cell);
  return line;
}

/// The lines of the components, whose first columns are the rows' keys.
std::vector<Cells> component_lines(std::span<const UsageRow> rows, const PriceLookup& price_of) {
  std::vector<Cells> out;
  const auto number = [](Int128 value) { return pricing::to_decimal(value, 0); };
  for (const UsageRow& row : rows) {
    std::vector<Cells> of_row;
    if (!word_of(row.kind).empty() && row.cost_nano) of_row.push_back(rest_line(row));
    for (const ledger::PriceSums& sums : row.prices) {
      if (sums.records == 0) continue;
      const usage::CostComponent& price = price_of(sums.price);
      Cells& line = of_row.emplace_back(row.keys);
      for (const std::string& cell :
           {price.price_class, price.price, std::to_string(price.per), price.percent,
            number(sums.records), number(sums.quantity),
            pricing::to_fixed(sums.cost_nano, pricing::kNanoDecimals), row.currency})
        line.push_back(cell);
    }
    std::sort(of_row.begin(), of_row.end());
    out.insert(out.end(), of_row.begin(), of_row.end());
  }
  return out;
}

}  // namespace

std::string format_components(std::span<const UsageRow> rows, std::span<const std::string> by,
                              ReportFormat format, const PriceLookup& price_of) {
  Cells names(by.begin(), by.end());
  for (const char* const name :
       {"class", "price", "per", "percent", "operations", "quantity", "cost", "currency"})
    names.emplace_back(name);
  return format_lines(names, component_lines(rows, price_of), by.size() + 1, format);
}

std::string format_usage(std::span<const UsageRow> rows, std::span<const std::string> by,
                         ReportFormat format, std::optional<std::size_t> width) {
  switch (format) {
    case ReportFormat::table:
      break;
    case ReportFormat::csv:
      return as_csv(rows, by);
    case ReportFormat::json:
      return as_json(rows, by);
  }
  return as_table(rows, by, width);
}

}  // namespace tollgate::reports
