// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/fitted_table.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "cells.hpp"

namespace tollgate::reports {
namespace {

constexpr std::size_t kBeforeNumber = 2;  // blanks

/// Without the blanks at the ends of lines.
std::string trimmed_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    out.append(line.substr(0, line.find_last_not_of(' ') + 1)).append("\n");
  }
  return out;
}

bool fits(std::string_view text, std::size_t width) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (width_of(line) > width) return false;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return true;
}

/// The numbers of a line on lines of their own, below its texts.
class Bands {
 public:
  Bands(std::span<const Cells> lines, std::size_t texts, std::size_t width)
      : texts_(texts), width_(width), widths_(lines.front().size()) {
    for (const Cells& line : lines) {
      for (std::size_t i = texts; i < line.size(); ++i)
        widths_[i] = std::max(widths_[i], width_of(line[i]));
    }
    begins_ = begins_within(width);
    // As even as as few bands can be.
    for (std::size_t room = width; room > 0; --room) {
      std::vector<std::size_t> even = begins_within(room);
      if (even.size() > begins_.size()) break;
      begins_ = std::move(even);
    }
  }

  std::string texts_of(const Cells& line) const {
    std::string all;
    for (std::size_t i = 0; i < texts_; ++i) all.append(i == 0 ? "" : "  ").append(line[i]);
    std::string out;
    for (const std::string& one : broken_lines(all, {width_, width_}, LongWord::whole))
      out.append(one).append("\n");
    return out;
  }
  /// `lines`: the names, which may take several, or one line's numbers.
  std::string numbers_of(std::span<const Cells> lines) const {
    std::string out;
    for (std::size_t band = 0; band < begins_.size(); ++band) {
      const std::size_t end = band + 1 < begins_.size() ? begins_[band + 1] : widths_.size();
      for (const Cells& line : lines) {
        std::string text;
        for (std::size_t i = begins_[band]; i < end; ++i)
          text.append(to_the_right(line[i], kBeforeNumber + widths_[i]));
        const bool blank = text.find_first_not_of(' ') == std::string::npos;
        if (!blank) out.append(text).append("\n");
      }
    }
    return out;
  }

 private:
  std::vector<std::size_t> begins_within(std::size_t room) const {
    std::vector<std::size_t> out;
    std::size_t taken = room;
    for (std::size_t i = texts_; i < widths_.size(); ++i) {
      taken += kBeforeNumber + widths_[i];
      if (taken <= room) continue;
      out.push_back(i);
      taken = kBeforeNumber + widths_[i];
    }
    return out;
  }

  std::size_t texts_;
  std::size_t width_;
  std::vector<std::size_t> widths_;
  std::vector<std::size_t> begins_;  ///< the first column of each band
};

}  // namespace

std::string fitted_table(std::span<const Cells> lines, std::size_t texts, std::size_t width) {
  std::string whole = table_of(lines, texts);
  if (fits(trimmed_lines(whole), width)) return trimmed_lines(whole);
  const std::vector<std::size_t> room = widths_of(lines.subspan(1));
  std::vector<Cells> all = broken_names(lines.front(), texts, room);
  const std::size_t names = all.size();
  all.insert(all.end(), lines.begin() + 1, lines.end());
  whole = table_of(all, texts);
  if (fits(trimmed_lines(whole), width)) return trimmed_lines(whole);
  const Bands bands(all, texts, width);
  std::string out = bands.texts_of(lines.front());
  out.append(bands.numbers_of(std::span(all).first(names)));
  for (std::size_t i = names; i < all.size(); ++i)
    out.append(bands.texts_of(all[i])).append(bands.numbers_of(std::span(all).subspan(i, 1)));
  return trimmed_lines(out);
}

}  // namespace tollgate::reports
