// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "cells.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tollgate::reports {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of("\",\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out.append("\"");
}

std::string defused(std::string text) {
  constexpr std::string_view kFormula = "=+-@\t";
  if (!text.empty() && kFormula.find(text.front()) != std::string_view::npos)
    text.insert(text.begin(), '\'');
  return text;
}

}  // namespace

std::string table_of(std::span<const Cells> lines, std::size_t texts) {
  std::vector<std::size_t> widths;
  for (const Cells& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string out;
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string padding(widths[i] - line[i].size(), ' ');
      out.append(i < texts ? line[i] + padding : padding + line[i])
          .append(i + 1 < line.size() ? "  " : "\n");
    }
  }
  return out;
}

std::string csv_line(const Cells& cells, std::size_t texts) {
  Cells safe = cells;
  for (std::size_t i = 0; i < std::min(texts, safe.size()); ++i)
    safe[i] = defused(std::move(safe[i]));
  return plain_csv_line(safe);
}

std::string plain_csv_line(const Cells& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i)
    out.append(i == 0 ? "" : ",").append(quoted(cells[i]));
  return out.append("\r\n");
}

}  // namespace tollgate::reports
