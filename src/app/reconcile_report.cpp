// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reconcile_report.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "text_table.hpp"
#include "tollgate/reconciliation/totals.hpp"

namespace tollgate::app {
namespace {

using pricing::Int128;
using reconciliation::Cause;
using reconciliation::ComparedRow;
using reconciliation::ComparedTotal;
using reconciliation::Comparison;

constexpr Int128 kPicosInNano = 1'000;
constexpr int kPercentPlaces = 2;

/// What both sides come to; an empty text is what is not known.
struct GapTexts {
  std::string azure;
  std::string ours;
  std::string gap;      ///< Azure's less ours
  std::string percent;  ///< of Azure's
};

using Amount = std::optional<Int128>;

/// Numbers with so many decimals; nullopt: not known. Where Azure has no row of what we have, the
/// gap is all of ours.
GapTexts gap_texts(const Amount& azure, const Amount& ours, int decimals) {
  GapTexts out;
  if (azure) out.azure = pricing::to_decimal(*azure, decimals);
  if (!ours) return out;
  out.ours = pricing::to_decimal(*ours, decimals);
  const Int128 gap = azure.value_or(0) - *ours;
  out.gap = pricing::to_decimal(gap, decimals);
  const auto scaled = pricing::times(gap, 10'000);
  if (azure.value_or(0) > 0 && scaled)
    out.percent = pricing::to_fixed(pricing::divide_half_even(*scaled, *azure), kPercentPlaces);
  return out;
}

GapTexts quantities_of_row(const ComparedRow& row) {
  return gap_texts(row.azure_quantity, row.our_quantity, 0);
}

GapTexts costs_of_row(const ComparedRow& row) {
  const Amount ours = row.our_nano ? Amount(Int128{*row.our_nano} * kPicosInNano) : std::nullopt;
  return gap_texts(row.azure_cost, ours, reconciliation::kBillDecimals);
}

/// Costs of a currency in which the bill is not have no side at Azure, and no gap.
GapTexts costs_of_total(const ComparedTotal& total, const std::string& currency) {
  GapTexts out = gap_texts(total.azure_cost, total.our_cost, reconciliation::kBillDecimals);
  if (total.currency != currency) out.gap.clear();
  return out;
}

bool has_costs(const Comparison& comparison) { return !comparison.currency.empty(); }

void append_texts(std::vector<std::string>& line, const GapTexts& texts) {
  for (const std::string* text : {&texts.azure, &texts.ours, &texts.gap, &texts.percent})
    line.push_back(*text);
}

constexpr std::size_t kNames = 4;  // columns of text, in front

using Lines = std::vector<std::vector<std::string>>;

Lines lines_of(const Comparison& comparison) {
  const bool costs = has_costs(comparison);
  Lines out{{"day", "resource", "deployment", "counted", "azure", "here", "gap", "gap_percent"}};
  if (costs) {
    for (const char* name : {"azure_cost", "cost_here", "cost_gap", "cost_gap_percent"})
      out.front().emplace_back(name);
  }
  for (const ComparedRow& row : comparison.rows) {
    out.push_back({row.place.day, row.place.resource,
                   row.place.deployment.empty() ? "(no tag)" : row.place.deployment, row.counted});
    append_texts(out.back(), quantities_of_row(row));
    if (costs) append_texts(out.back(), costs_of_row(row));
  }
  return out;
}

std::vector<std::size_t> widths_of(const Lines& lines) {
  std::vector<std::size_t> out(lines.front().size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) out[i] = std::max(out[i], line[i].size());
  }
  return out;
}

void append_line(std::string& out, const std::vector<std::string>& line,
                 const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string padding(widths[i] - line[i].size(), ' ');
    out.append(i < kNames ? line[i] + padding : padding + line[i]);
    out.append(i + 1 < line.size() ? "  " : "\n");
  }
}

nlohmann::ordered_json or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

nlohmann::ordered_json compared_json(const ComparedRow& row) {
  const GapTexts quantities = quantities_of_row(row);
  const GapTexts costs = costs_of_row(row);
  nlohmann::ordered_json causes = nlohmann::ordered_json::array();
  for (const Cause& cause : row.causes)
    causes.push_back({{"cause", cause.word}, {"evidence", cause.text}});
  nlohmann::ordered_json others = nlohmann::ordered_json::object();
  for (const auto& [currency, nano] : row.other_nano)
    others[currency] = pricing::to_decimal(nano, pricing::kNanoDecimals);
  return {{"day", row.place.day},
          {"resource", row.place.resource},
          {"deployment", row.place.deployment},
          {"counted", row.counted},
          {"azure", or_null(quantities.azure)},
          {"here", or_null(quantities.ours)},
          {"gap", or_null(quantities.gap)},
          {"gap_percent", or_null(quantities.percent)},
          {"azure_cost", or_null(costs.azure)},
          {"cost_here", or_null(costs.ours)},
          {"cost_gap", or_null(costs.gap)},
          {"cost_gap_percent", or_null(costs.percent)},
          {"unpriced", row.unpriced},
          {"other_costs", std::move(others)},
          {"causes", std::move(causes)},
          {"explained", row.explained}};
}

/// "(all)" has no quantities: tokens in and out are not added.
std::string totals_table(const Comparison& comparison) {
  const bool costs = has_costs(comparison);
  std::vector<std::string> headings{"totals", "azure", "here", "gap", "gap_percent"};
  if (costs) {
    for (const char* name :
         {"azure_cost", "cost_here", "cost_gap", "cost_gap_percent", "currency", "unpriced"})
      headings.emplace_back(name);
  }
  TextTable table(std::move(headings), 1);
  for (const ComparedTotal& total : reconciliation::totals_of(comparison)) {
    std::vector<std::string> line{total.counted.empty() ? "(all)" : total.counted};
    append_texts(line, gap_texts(total.azure_quantity, total.our_quantity, 0));
    if (costs) {
      append_texts(line, costs_of_total(total, comparison.currency));
      line.insert(line.end(), {total.currency, std::to_string(total.unpriced)});
    }
    table.add(std::move(line));
  }
  return table.text();
}

nlohmann::ordered_json total_json(const ComparedTotal& total, const std::string& currency) {
  const GapTexts quantities = gap_texts(total.azure_quantity, total.our_quantity, 0);
  const GapTexts costs = costs_of_total(total, currency);
  return {{"counted", or_null(total.counted)},
          {"azure", or_null(quantities.azure)},
          {"here", or_null(quantities.ours)},
          {"gap", or_null(quantities.gap)},
          {"gap_percent", or_null(quantities.percent)},
          {"currency", or_null(total.currency)},
          {"azure_cost", or_null(costs.azure)},
          {"cost_here", or_null(costs.ours)},
          {"cost_gap", or_null(costs.gap)},
          {"cost_gap_percent", or_null(costs.percent)},
          {"unpriced", total.unpriced}};
}

}  // namespace

std::string reconcile_table(const Comparison& comparison) {
  const Lines lines = lines_of(comparison);
  const std::vector<std::size_t> widths = widths_of(lines);
  std::string out;
  append_line(out, lines.front(), widths);
  for (std::size_t i = 0; i < comparison.rows.size(); ++i) {
    append_line(out, lines[i + 1], widths);
    for (const Cause& cause : comparison.rows[i].causes)
      out.append("    ").append(cause.word).append(": ").append(cause.text).append("\n");
  }
  return out + "\n" + totals_table(comparison);
}

std::string reconcile_json(const Comparison& comparison) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const ComparedRow& row : comparison.rows) rows.push_back(compared_json(row));
  nlohmann::ordered_json totals = nlohmann::ordered_json::array();
  for (const ComparedTotal& total : reconciliation::totals_of(comparison))
    totals.push_back(total_json(total, comparison.currency));
  const nlohmann::ordered_json out{{"currency", or_null(comparison.currency)},
                                   {"notes", comparison.notes},
                                   {"rows", std::move(rows)},
                                   {"totals", std::move(totals)}};
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tollgate::app
