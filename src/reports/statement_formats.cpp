// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cells.hpp"
#include "price_notes.hpp"
#include "statement_words.hpp"
#include "tollgate/reports/statement.hpp"

namespace tollgate::reports {
namespace {

/// No line ends before its sign.
std::string with_percent_unbroken(std::string price) {
  if (price.ends_with(" %")) price.replace(price.size() - 2, 1, "\u00a0");
  return price;
}

Cells item_cells(const StatementItem& item, NumberWords words, PriceNotes& prices) {
  return {item.client,
          item.model,
          class_words(item),
          has_price(item) ? words(whole(item.quantity)) : "",
          with_percent_unbroken(price_words(item, words)),
          with_currency(words(nanos(item.amount_nano)), item.currency),
          prices.of(item.price_id)};
}
Cells item_names() {
  return {"client", "model", "class", "quantity", "unit price", "amount", "price id"};
}
Cells gap_cells(const StatementGap& gap, NumberWords words) {
  return {gap.client,
          gap.model,
          gap.cost_basis,
          gap.reason,
          words(std::to_string(gap.operations)),
          words(std::to_string(gap.total_tokens)),
          with_currency(words(provisional_text(gap)), gap.currency)};
}
Cells gap_names() {
  return {"client", "model", "cost basis", "reason", "operations", "total tokens", "provisional"};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\'':
        out.append("&#39;");
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
@page { size: A4; margin: 18mm 15mm; }
body { font: 10pt/1.4 system-ui, sans-serif; color: #1a1a1a; max-width: 180mm; margin: 2em auto; }
h1 { font-size: 17pt; margin: 0 0 .2em; }
h2 { font-size: 11pt; margin: 1.6em 0 .4em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em 1.2em; margin: 1em 0; }
dt { color: #666; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt; }
th { text-align: left; border-bottom: 1.5px solid #1a1a1a; padding: .3em 1.2em .3em 0; vertical-align: bottom; }
td { border-bottom: 1px solid #ddd; padding: .3em 1.2em .3em 0; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.n { white-space: normal; }
.p { text-align: right; font-variant-numeric: tabular-nums; }
.r { overflow-wrap: anywhere; }
.i { font: 7.5pt/1.4 monospace; color: #666; }
thead { display: table-header-group; } tr { break-inside: avoid; }
.total { font-size: 12pt; font-weight: 600; margin: .8em 0; }
.warn { border-left: 3px solid #b35c00; padding: .4em .8em; background: #fff6ea; }
.note { color: #666; font-size: 8pt; }
</style>
)";

/// `classes`: of each column, "" for text. Empty without lines.
std::string html_table(const Cells& names, const std::vector<Cells>& lines, const Cells& classes) {
  const auto row_of = [&](const Cells& cells, const std::string& tag) {
    std::string out = "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out.append("<").append(tag).append(" class=\"").append(classes[i]).append("\">");
      out.append(escaped(cells[i])).append("</").append(tag).append(">");
    }
    return out + "</tr>\n";
  };
  if (lines.empty()) return "";
  std::string out = "<table><thead>" + row_of(names, "th") + "</thead><tbody>\n";
  for (const Cells& line : lines) out.append(row_of(line, "td"));
  return out + "</tbody></table>\n";
}

std::vector<Cells> item_lines(const Statement& statement, NumberWords words, PriceNotes& prices) {
  std::vector<Cells> out;
  for (const StatementItem& item : statement.items) out.push_back(item_cells(item, words, prices));
  return out;
}
std::vector<Cells> gap_lines(const Statement& statement, NumberWords words) {
  std::vector<Cells> out;
  for (const StatementGap& gap : statement.gaps) out.push_back(gap_cells(gap, words));
  return out;
}

/// Empty: there are none.
std::string list_of(const PriceNotes& prices) {
  std::string out;
  for (const auto& [number, id] : prices.told())
    out.append("<dt>" + number + "</dt><dd>" + escaped(id) + "</dd>\n");
  return out.empty() ? "" : "<dl class=\"i\">" + out + "</dl>\n";
}

/// With a narrow blank between thousands, which no country takes for a decimal sign.
std::string in_thousands(std::string number) {
  constexpr std::size_t kDigits = 3;
  const std::size_t first = number.starts_with('-') ? 1 : 0;
  std::size_t place = std::min(number.find('.'), number.size());
  while (place > first + kDigits) {
    place -= kDigits;
    number.insert(place, "\u202f");
  }
  return number;
}

}  // namespace

std::string statement_html(const Statement& statement) {
  const std::string title = "Statement of usage: " + statement.payer + ", " + statement.period;
  std::string out = kHead;
  out.append("<title>" + escaped(title) +
             "</title></head><body>\n<h1>Statement of usage</h1>\n<dl>");
  for (const auto& [name, value] : facts(statement))
    out.append("<dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd>\n");
  out.append("</dl>\n");
  const auto paragraph = [&](const char* kind, std::string_view text) {
    if (!text.empty())
      out.append("<p class=\"").append(kind).append("\">" + escaped(text) + "</p>\n");
  };
  paragraph("warn", statement.warning);
  if (statement.totals.empty()) paragraph("total", no_total(statement));
  for (const StatementTotal& total : statement.totals)
    paragraph("total", total_words(total, in_thousands));
  const auto section = [&](const char* title, const std::string& table, std::string_view nothing) {
    if (table.empty() && nothing.empty()) return;
    out.append("<h2>").append(title).append("</h2>\n").append(table);
    if (table.empty()) paragraph("", nothing);
  };
  PriceNotes prices;
  section("What was used",
          html_table(item_names(), item_lines(statement, in_thousands, prices),
                     {"", "", "", "n", "p", "n", "n"}),
          no_item(statement));
  section(
      kGapTitle,
      html_table(gap_names(), gap_lines(statement, in_thousands), {"", "", "", "r", "n", "n", "n"}),
      no_gap(statement));
  section(kPriceIdsTitle, list_of(prices), "");
  for (const std::string& note : notes(statement)) paragraph("note", note);
  return out.append("</body></html>\n");
}

std::string statement_csv(const Statement& statement) {
  constexpr std::size_t kTexts = 13;
  std::string out = csv_line(
      {"kind",  "payer",   "period",     "time_zone",  "client", "model",        "deployment",
       "class", "hour",    "price_id",   "cost_basis", "reason", "currency",     "price",
       "per",   "percent", "operations", "quantity",   "amount", "total_tokens", "provisional"},
      kTexts);
  const auto line = [&](Cells cells) {
    cells.insert(cells.begin() + 1, {statement.payer, statement.period, statement.time_zone});
    out.append(csv_line(cells, kTexts));
  };
  for (const StatementItem& item : statement.items) {
    const usage::CostComponent& price = item.price;
    const bool priced = has_price(item);
    line({"item", item.client, item.model, item.deployment, price.price_class, item.hour,
          item.price_id, "", "", item.currency, price.price,
          priced ? std::to_string(price.per) : "", price.percent, whole(item.operations),
          priced ? whole(item.quantity) : "", nanos(item.amount_nano), "", ""});
  }
  for (const StatementGap& gap : statement.gaps) {
    line({"gap", gap.client, gap.model, "", "", "", "", gap.cost_basis, gap.reason, gap.currency,
          "", "", "", std::to_string(gap.operations), "", "", std::to_string(gap.total_tokens),
          provisional_text(gap)});
  }
  const auto sum = [&](const char* kind, const std::string& currency, std::int64_t operations,
                       Int128 nano) {
    line({kind, "", "", "", "", "", "", "", "", currency, "", "", "", std::to_string(operations),
          "", nanos(nano), "", ""});
  };
  for (const StatementTotal& total : statement.totals) {
    sum("total", total.currency, total.operations, total.amount_nano);
    sum("of it estimated", total.currency, total.estimated, total.estimated_nano);
  }
  if (!statement.revised_at.empty()) {
    line({"revised", "", "", "", "", "", "", "", statement.revised_at, "", "", "", "",
          std::to_string(statement.revised_operations), "", "", "", ""});
  }
  return out;
}

}  // namespace tollgate::reports
