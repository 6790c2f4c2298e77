// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "narrow_table.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "cells.hpp"

namespace tollgate::reports {
namespace {

/// "", "0", "0.00".
bool says_nothing(std::string_view cell) {
  return cell.find_first_not_of("0.") == std::string_view::npos;
}

std::vector<std::string> words_in(std::string_view name) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = name.find('_');
    out.emplace_back(name.substr(0, end));
    if (end == std::string_view::npos) return out;
    name.remove_prefix(end + 1);
  }
}

/// The names' words below each other, ending on the last line.
std::vector<Cells> broken_names(const Cells& names, std::size_t texts) {
  std::vector<std::vector<std::string>> words;
  std::size_t height = 1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    words.push_back(i < texts ? std::vector{names[i]} : words_in(names[i]));
    height = std::max(height, words.back().size());
  }
  std::vector<Cells> out(height, Cells(names.size()));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t first = height - words[i].size();
    for (std::size_t k = 0; k < words[i].size(); ++k) out[first + k][i] = std::move(words[i][k]);
  }
  return out;
}

}  // namespace

std::string narrow_table_of(std::span<const Cells> lines, std::size_t texts) {
  const Cells& names = lines.front();
  std::vector<Cells> kept(lines.size());
  std::string left_out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool told =
        i < texts || std::any_of(lines.begin() + 1, lines.end(),
                                 [&](const Cells& line) { return !says_nothing(line[i]); });
    if (!told) left_out.append(left_out.empty() ? "" : ", ").append(names[i]);
    for (std::size_t k = 0; told && k < lines.size(); ++k) kept[k].push_back(lines[k][i]);
  }
  std::vector<Cells> shown = broken_names(kept.front(), texts);
  shown.insert(shown.end(), kept.begin() + 1, kept.end());
  std::string out = table_of(shown, texts);
  if (left_out.empty()) return out;
  return out.append("not shown, for they are empty or 0 in every row: " + left_out + "\n");
}

}  // namespace tollgate::reports
