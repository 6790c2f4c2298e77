// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cells.hpp"
#include "price_notes.hpp"
#include "statement_words.hpp"
#include "tollgate/base/page_lines.hpp"
#include "tollgate/reports/statement.hpp"

namespace tollgate::reports {
namespace {

std::string as_it_is(std::string number) { return number; }

std::string text_of(const PriceNotes& prices) {
  std::string out;
  for (const auto& [number, id] : prices.told())
    out.append("  ").append(number).append(" ").append(id).append("\n");
  return out.empty() ? "" : std::string("\n") + kPriceIdsTitle + ":\n" + out;
}

/// Lines below the client and model that they are of, which their first two cells are; the first
/// one has the names.
std::string by_client_and_model(const std::vector<Cells>& lines, std::size_t texts) {
  std::vector<Cells> shown;
  for (const Cells& line : lines) {
    // Indented.
    Cells& cells = shown.emplace_back(Cells{""});
    cells.insert(cells.end(), line.begin() + 2, line.end());
  }
  const std::vector<std::string> rows = wrapped_rows(shown, texts + 1, kPageWidth);
  std::string out = rows.front();
  std::string last;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::string owner = lines[i][0] + (lines[i][1].empty() ? "" : ", " + lines[i][1]);
    if (owner != last || i == 1) out.append(owner).append("\n");
    last = owner;
    out.append(rows[i]);
  }
  return out;
}

/// Empty of nothing.
std::string line_of(const std::string& text) { return text.empty() ? "" : text + "\n"; }

std::string item_table(const Statement& statement, PriceNotes& prices) {
  std::vector<Cells> lines{{"", "", "class", "quantity", "unit price", "amount", "price id"}};
  for (const StatementItem& item : statement.items) {
    lines.push_back({item.client, item.model, class_words(item),
                     has_price(item) ? whole(item.quantity) : "", price_words(item, as_it_is),
                     with_currency(nanos(item.amount_nano), item.currency),
                     prices.of(item.price_id)});
  }
  return by_client_and_model(lines, 1);
}

std::string gap_table(const Statement& statement) {
  std::vector<Cells> lines{{"", "", "cost basis", "operations", "total tokens", "provisional"}};
  for (const StatementGap& gap : statement.gaps) {
    lines.push_back({gap.client, gap.model,
                     gap.cost_basis + (gap.reason.empty() ? "" : ": " + gap.reason),
                     std::to_string(gap.operations), std::to_string(gap.total_tokens),
                     with_currency(provisional_text(gap), gap.currency)});
  }
  return by_client_and_model(lines, 1);
}

}  // namespace

std::string statement_text(const Statement& statement) {
  std::string out = "Statement of usage\n\n";
  std::vector<Cells> head;
  for (const auto& [name, value] : facts(statement)) head.push_back({name, value});
  for (const std::string& row : wrapped_rows(head, 2, kPageWidth)) out.append(row);
  out.append("\n");
  if (!statement.warning.empty())
    out.append(paragraph("Warning: " + statement.warning)).append("\n");
  if (statement.totals.empty()) out.append(no_total(statement)).append("\n");
  for (const StatementTotal& total : statement.totals)
    out.append(paragraph(total_words(total, as_it_is)));
  PriceNotes prices;
  const auto section = [&](std::string_view title, const std::string& text) {
    if (!text.empty()) out.append("\n").append(title).append(text);
  };
  section("",
          statement.items.empty() ? line_of(no_item(statement)) : item_table(statement, prices));
  section(std::string(kGapTitle) + ":\n",
          statement.gaps.empty() ? line_of(no_gap(statement)) : gap_table(statement));
  out.append(text_of(prices));
  for (const std::string& note : notes(statement)) out.append("\n").append(paragraph(note));
  return out;
}

}  // namespace tollgate::reports
