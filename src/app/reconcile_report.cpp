// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reconcile_report.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace tollgate::app {
namespace {

using pricing::Int128;
using reconciliation::Cause;
using reconciliation::ComparedRow;
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

/// Numbers with so many decimals; null: not known.
GapTexts gap_texts(const Int128* azure, const Int128* ours, int decimals) {
  GapTexts out;
  if (azure != nullptr) out.azure = pricing::to_decimal(*azure, decimals);
  if (ours != nullptr) out.ours = pricing::to_decimal(*ours, decimals);
  if (azure == nullptr || ours == nullptr) return out;
  const Int128 gap = *azure - *ours;
  out.gap = pricing::to_decimal(gap, decimals);
  const auto scaled = pricing::times(gap, 10'000);
  if (*azure > 0 && scaled)
    out.percent = pricing::to_fixed(pricing::divide_half_even(*scaled, *azure), kPercentPlaces);
  return out;
}

GapTexts quantities_of_row(const ComparedRow& row) {
  const Int128 azure = row.azure_quantity.value_or(0);
  const Int128 ours = row.our_quantity.value_or(0);
  return gap_texts(row.azure_quantity ? &azure : nullptr, row.our_quantity ? &ours : nullptr, 0);
}

GapTexts costs_of_row(const ComparedRow& row) {
  const Int128 azure = row.azure_cost.value_or(0);
  const Int128 ours = Int128{row.our_nano.value_or(0)} * kPicosInNano;
  return gap_texts(row.azure_cost ? &azure : nullptr, row.our_nano ? &ours : nullptr,
                   reconciliation::kBillDecimals);
}

bool has_costs(const Comparison& comparison) {
  return std::ranges::any_of(comparison.rows, [](const ComparedRow& row) {
    return row.azure_cost.has_value() || row.our_nano.has_value();
  });
}

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
          {"causes", std::move(causes)},
          {"explained", row.explained}};
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
  return out;
}

std::string reconcile_json(const Comparison& comparison) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const ComparedRow& row : comparison.rows) rows.push_back(compared_json(row));
  const nlohmann::ordered_json out{{"currency", or_null(comparison.currency)},
                                   {"notes", comparison.notes},
                                   {"rows", std::move(rows)}};
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tollgate::app
