// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <vector>

#include "cells.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/reports/statement.hpp"

namespace tollgate::reports {
namespace {

std::string nanos(Int128 number) { return pricing::to_fixed(number, pricing::kNanoDecimals); }
std::string whole(Int128 number) { return pricing::to_decimal(number, 0); }

/// "4 per 1000000, -12 %".
std::string price_words(const usage::CostComponent& price) {
  std::string out = price.price + " per " + std::to_string(price.per);
  if (!price.percent.empty()) out.append(", ").append(price.percent).append(" %");
  return out;
}

Cells item_cells(const StatementItem& item) {
  return {item.client,
          item.model,
          item.price.price_class,
          whole(item.quantity),
          price_words(item.price),
          nanos(item.amount_nano),
          item.currency,
          item.price_id};
}
Cells item_names() {
  return {"client", "model", "class", "quantity", "unit price", "amount", "currency", "price id"};
}
std::string provisional_text(const StatementGap& gap) {
  return gap.provisional_nano ? nanos(*gap.provisional_nano) : std::string();
}
Cells gap_cells(const StatementGap& gap) {
  return {gap.client,
          gap.model,
          gap.cost_basis,
          gap.reason,
          std::to_string(gap.operations),
          std::to_string(gap.total_tokens),
          provisional_text(gap),
          gap.currency};
}
Cells gap_names() {
  return {"client",     "model",        "cost basis",  "reason",
          "operations", "total tokens", "provisional", "currency"};
}

std::string total_words(const StatementTotal& total) {
  std::string out = nanos(total.amount_nano) + " " + total.currency + " for " +
                    std::to_string(total.operations) + " operations";
  if (total.estimated > 0) {
    out.append("; of these " + std::to_string(total.estimated) + " are estimated or not final: " +
               nanos(total.estimated_nano) + " " + total.currency);
  }
  return out;
}

constexpr const char* kRule =
    "Amounts are the sums of the operations' costs, each rounded once to 10^-9 of the currency: a "
    "line may differ from quantity x unit price by half of that for each operation.";
constexpr const char* kGapTitle = "In no amount, or not all of it";
constexpr const char* kNoGap = "Everything that is known to have been used has a price.";

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
th { text-align: left; border-bottom: 1.5px solid #1a1a1a; padding: .3em .5em .3em 0; }
td { border-bottom: 1px solid #ddd; padding: .3em .5em .3em 0; vertical-align: top; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.i { font: 6.5pt monospace; color: #666; word-break: break-all; }
thead { display: table-header-group; } tr { break-inside: avoid; }
.total { font-size: 12pt; font-weight: 600; margin: .8em 0; }
.warn { border-left: 3px solid #b35c00; padding: .4em .8em; background: #fff6ea; }
.note { color: #666; font-size: 8pt; }
</style>
)";

/// `classes`: of each column, "" for text.
std::string html_table(const Cells& names, const std::vector<Cells>& lines, const Cells& classes) {
  const auto line_of = [&](const Cells& cells, const std::string& tag) {
    std::string out = "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out.append("<").append(tag).append(" class=\"").append(classes[i]).append("\">");
      out.append(escaped(cells[i])).append("</").append(tag).append(">");
    }
    return out + "</tr>\n";
  };
  std::string out = "<table><thead>" + line_of(names, "th") + "</thead><tbody>\n";
  for (const Cells& line : lines) out.append(line_of(line, "td"));
  return out + "</tbody></table>\n";
}

std::vector<Cells> item_lines(const Statement& statement) {
  std::vector<Cells> out;
  for (const StatementItem& item : statement.items) out.push_back(item_cells(item));
  return out;
}
std::vector<Cells> gap_lines(const Statement& statement) {
  std::vector<Cells> out;
  for (const StatementGap& gap : statement.gaps) out.push_back(gap_cells(gap));
  return out;
}

std::vector<std::pair<std::string, std::string>> facts(const Statement& statement) {
  return {{"Payer", statement.payer},         {"Period", statement.period},
          {"From", statement.from},           {"Until", statement.until},
          {"Time zone", statement.time_zone}, {"Made at", statement.made_at}};
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
  if (!statement.warning.empty())
    out.append("<p class=\"warn\">" + escaped(statement.warning) + "</p>\n");
  if (statement.totals.empty()) out.append("<p class=\"total\">No amount is known.</p>\n");
  for (const StatementTotal& total : statement.totals)
    out.append("<p class=\"total\">" + escaped(total_words(total)) + "</p>\n");
  out.append("<h2>What was used</h2>\n");
  out.append(html_table(item_names(), item_lines(statement), {"", "", "", "n", "n", "n", "", "i"}));
  out.append("<h2>").append(kGapTitle).append("</h2>\n");
  if (statement.gaps.empty()) {
    out.append("<p>").append(kNoGap).append("</p>\n");
  } else {
    out.append(html_table(gap_names(), gap_lines(statement), {"", "", "", "", "n", "n", "n", ""}));
  }
  return out.append("<p class=\"note\">").append(kRule).append("</p>\n</body></html>\n");
}

std::string statement_csv(const Statement& statement) {
  constexpr std::size_t kTexts = 11;
  std::string out =
      csv_line({"kind", "payer", "period", "time_zone", "client", "model", "class", "price_id",
                "cost_basis", "reason", "currency", "price", "per", "percent", "operations",
                "quantity", "amount", "total_tokens", "provisional"},
               kTexts);
  const auto line = [&](Cells cells) {
    cells.insert(cells.begin() + 1, {statement.payer, statement.period, statement.time_zone});
    out.append(csv_line(cells, kTexts));
  };
  for (const StatementItem& item : statement.items) {
    const usage::CostComponent& price = item.price;
    line({"item", item.client, item.model, price.price_class, item.price_id, "", "", item.currency,
          price.price, std::to_string(price.per), price.percent, whole(item.operations),
          whole(item.quantity), nanos(item.amount_nano), "", ""});
  }
  for (const StatementGap& gap : statement.gaps) {
    line({"gap", gap.client, gap.model, "", "", gap.cost_basis, gap.reason, gap.currency, "", "",
          "", std::to_string(gap.operations), "", "", std::to_string(gap.total_tokens),
          provisional_text(gap)});
  }
  for (const StatementTotal& total : statement.totals) {
    line({"total", "", "", "", "", "", "", total.currency, "", "", "",
          std::to_string(total.operations), "", nanos(total.amount_nano), "", ""});
    line({"of it estimated", "", "", "", "", "", "", total.currency, "", "", "",
          std::to_string(total.estimated), "", nanos(total.estimated_nano), "", ""});
  }
  return out;
}

std::string statement_text(const Statement& statement) {
  std::string out = "Statement of usage\n\n";
  std::vector<Cells> head;
  for (const auto& [name, value] : facts(statement)) head.push_back({name, value});
  out.append(table_of(head, 2)).append("\n");
  if (!statement.warning.empty()) out.append("Warning: ").append(statement.warning).append("\n\n");
  if (statement.totals.empty()) out.append("No amount is known.\n");
  for (const StatementTotal& total : statement.totals)
    out.append("Total: ").append(total_words(total)).append("\n");
  constexpr std::size_t kItemTexts = 3;
  constexpr std::size_t kGapTexts = 4;
  std::vector<Cells> items = item_lines(statement);
  items.insert(items.begin(), item_names());
  out.append("\n").append(table_of(items, kItemTexts)).append("\n").append(kGapTitle).append(":\n");
  if (statement.gaps.empty()) {
    out.append(kNoGap).append("\n");
  } else {
    std::vector<Cells> gaps = gap_lines(statement);
    gaps.insert(gaps.begin(), gap_names());
    out.append(table_of(gaps, kGapTexts));
  }
  return out.append("\n").append(kRule).append("\n");
}

}  // namespace tollgate::reports
