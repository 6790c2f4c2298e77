// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "cells.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/base/page_lines.hpp"

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

constexpr std::size_t kBetween = 2;  ///< blanks between two columns

/// How narrow each column can be: a word is never broken.
std::vector<std::size_t> longest_words(std::span<const Cells> lines, std::size_t columns) {
  std::vector<std::size_t> out(columns);
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      for (const std::string& word : broken_lines(line[i], {0, 0}, LongWord::whole))
        out[i] = std::max(out[i], width_of(word));
    }
  }
  return out;
}

/// Widths that together fit, where they can: the widest columns give way.
std::vector<std::size_t> narrowed(std::span<const Cells> lines, std::size_t width) {
  std::vector<std::size_t> out = widths_of(lines);
  const std::vector<std::size_t> least = longest_words(lines, out.size());
  std::size_t all = 0;
  for (const std::size_t one : out) all += one + kBetween;
  for (; all > width + kBetween; --all) {
    std::size_t widest = out.size();
    for (std::size_t i = 0; i < out.size(); ++i) {
      const bool gives = out[i] > least[i];
      if (gives && (widest == out.size() || out[i] > out[widest])) widest = i;
    }
    if (widest == out.size()) break;
    --out[widest];
  }
  return out;
}

void append_row(std::string& out, const Cells& line, const std::vector<std::size_t>& widths,
                std::size_t texts) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    out.append(i < texts ? to_the_left(line[i], widths[i]) : to_the_right(line[i], widths[i]));
    if (i + 1 < line.size()) out.append(kBetween, ' ');
  }
  out.append("\n");
}

std::vector<std::string> words_in(std::string_view name) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = name.find_first_of("_ ");
    out.emplace_back(name.substr(0, end));
    if (end == std::string_view::npos) return out;
    name.remove_prefix(end + 1);
  }
}

}  // namespace

std::string table_of(std::span<const Cells> lines, std::size_t texts) {
  const std::vector<std::size_t> widths = widths_of(lines);
  std::string out;
  for (const Cells& line : lines) append_row(out, line, widths, texts);
  return out;
}

std::vector<std::size_t> widths_of(std::span<const Cells> lines) {
  std::vector<std::size_t> widths;
  for (const Cells& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i]));
  }
  return widths;
}

std::string paragraph(std::string_view text) {
  std::string out;
  for (const std::string& line : broken_lines(text, {}, LongWord::whole))
    out.append(line).append("\n");
  return out;
}

std::vector<Cells> broken_names(const Cells& names, std::size_t texts,
                                std::span<const std::size_t> room) {
  std::vector<std::vector<std::string>> words;
  std::size_t height = 1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool whole = i < texts || (i < room.size() && width_of(names[i]) <= room[i]);
    words.push_back(whole ? std::vector{names[i]} : words_in(names[i]));
    height = std::max(height, words.back().size());
  }
  std::vector<Cells> out(height, Cells(names.size()));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t first = height - words[i].size();
    for (std::size_t k = 0; k < words[i].size(); ++k) out[first + k][i] = std::move(words[i][k]);
  }
  return out;
}

std::vector<std::string> wrapped_rows(std::span<const Cells> lines, std::size_t texts,
                                      std::size_t width) {
  const std::vector<std::size_t> widths = narrowed(lines, width);
  std::vector<std::string> out;
  for (const Cells& line : lines) {
    std::vector<Cells> parts;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const Cells cell = broken_lines(line[i], {widths[i], widths[i]}, LongWord::whole);
      if (parts.size() < cell.size()) parts.resize(cell.size(), Cells(line.size()));
      for (std::size_t k = 0; k < cell.size(); ++k) parts[k][i] = cell[k];
    }
    std::string& row = out.emplace_back();
    for (const Cells& part : parts) append_row(row, part, widths, texts);
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
