// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "gap_texts.hpp"
#include "reconcile_report.hpp"
#include "tollgate/base/page_lines.hpp"
#include "tollgate/reconciliation/totals.hpp"
#include "wrapped_text.hpp"

namespace tollgate::app {
namespace {

using reconciliation::Cause;
using reconciliation::ComparedRow;
using reconciliation::ComparedTotal;
using reconciliation::Comparison;
using reconciliation::Place;

constexpr std::size_t kNumbers = 4;
constexpr std::size_t kIndent = 4;  // of what stands under a name

/// A line of the report: text of its own, or a label and numbers in columns.
struct ReportLine {
  std::string text;  ///< whole lines; empty: the columns
  std::string label;
  std::array<std::string, kNumbers> numbers;
};
using ReportLines = std::vector<ReportLine>;

ReportLine columns_of(std::string label, const GapTexts& texts) {
  return {{}, std::move(label), {texts.azure, texts.ours, texts.gap, texts.percent}};
}

ReportLine text_line(std::string_view text, std::size_t indent) {
  return {wrapped(text, indent), {}, {}};
}

std::string name_of(const Place& place) {
  return place.day + "  " + place.resource + "  " +
         (place.deployment.empty() ? "(no tag)" : place.deployment);
}

void add_row(ReportLines& lines, const ComparedRow& row, const std::string& currency) {
  lines.push_back(text_line(row.counted, kIndent / 2));
  lines.push_back(columns_of("quantity", quantities_of(row)));
  if (!currency.empty()) {
    GapTexts costs = costs_of(row, pricing::kNanoDecimals);
    if (row.by_capacity > 0 && costs.ours.empty()) costs.ours = "capacity";
    lines.push_back(columns_of("cost " + currency, costs));
  }
  for (const Cause& cause : row.causes)
    lines.push_back(text_line(std::string(cause.word) + ": " + cause.text, kIndent));
}

/// "(all)" has no quantities: tokens in and out are not added.
void add_total(ReportLines& lines, const ComparedTotal& total, const std::string& currency) {
  lines.push_back(text_line(total.counted.empty() ? "(all)" : total.counted, kIndent / 2));
  const GapTexts quantities = quantities_of(total);
  if (!quantities.ours.empty() || !quantities.azure.empty())
    lines.push_back(columns_of("quantity", quantities));
  if (total.unpriced.value_or(0) > 0)
    lines.push_back({{}, "unpriced", {"", pricing::to_decimal(*total.unpriced, 0), "", ""}});
  if (total.currency.empty()) return;
  lines.push_back(
      columns_of("cost " + total.currency, costs_of(total, currency, pricing::kNanoDecimals)));
}

ReportLines lines_of(const Comparison& comparison) {
  ReportLines lines{{{}, {}, {"azure", "here", "gap", "percent"}}};
  const Place* last = nullptr;
  for (const ComparedRow& row : comparison.rows) {
    if (last == nullptr || *last != row.place) lines.push_back(text_line(name_of(row.place), 0));
    last = &row.place;
    add_row(lines, row, comparison.currency);
  }
  lines.push_back({"\ntotals\n", {}, {}});
  for (const ComparedTotal& total : reconciliation::totals_of(comparison))
    add_total(lines, total, comparison.currency);
  return lines;
}

/// Numbers end below each other.
class Columns {
 public:
  explicit Columns(const ReportLines& lines) {
    for (const ReportLine& line : lines) {
      label_ = std::max(label_, width_of(line.label));
      for (std::size_t i = 0; i < kNumbers; ++i)
        widths_[i] = std::max(widths_[i], width_of(line.numbers[i]));
    }
  }

  std::string text(const ReportLine& line) const {
    if (!line.text.empty()) return line.text;
    std::string out(kIndent, ' ');
    out.append(to_the_left(line.label, label_));
    for (std::size_t i = 0; i < kNumbers; ++i)
      out.append(to_the_right(line.numbers[i], 2 + widths_[i]));
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "\n";
  }

 private:
  std::size_t label_ = 0;
  std::array<std::size_t, kNumbers> widths_{};
};

}  // namespace

std::string reconcile_table(const Comparison& comparison) {
  const ReportLines lines = lines_of(comparison);
  const Columns columns(lines);
  std::string out;
  for (const ReportLine& line : lines) out += columns.text(line);
  return out;
}

}  // namespace tollgate::app
