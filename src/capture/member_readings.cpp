// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "member_readings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

namespace tollgate::capture {
namespace {

using redaction::Reading;

/// Words that stand in pieces of a stream, and in no whole answer.
bool may_hold_pieces(std::string_view text) {
  constexpr std::array<std::string_view, 3> kMarks{"\"delta\"", ".delta\"", ".chunk\""};
  return std::ranges::any_of(kMarks,
                             [&](std::string_view mark) { return text.find(mark) != text.npos; });
}

/// Reads strings in braces, whatever else stands there.
class Members {
 public:
  explicit Members(std::string_view text) : text_(text) {}

  std::vector<Reading> take() {
    for (std::size_t at = 0; at < text_.size();) at = read(at);
    Reading of_names;
    for (const auto& [name, strings] : strings_) append_apart(strings, of_names);
    std::vector<Reading> out;
    if (!of_names.empty()) out.push_back(std::move(of_names));
    return out;
  }

 private:
  /// A single string says nothing that it does not say as it stands.
  static void append_apart(const Reading& strings, Reading& out) {
    if (strings.size() < 2) return;
    const std::size_t begin = out.size();
    out.insert(out.end(), strings.begin(), strings.end());
    out[begin].apart = true;
  }

  std::size_t read(std::size_t at) {
    const char c = text_[at];
    if (c == '{') ++depth_;
    if (c == '}' && depth_ > 0) --depth_;
    if (c != '"' || depth_ == 0) return at + 1;
    const std::size_t end = string_end(at + 1);
    if (end == text_.npos) return at + 1;
    note(at + 1, end);
    return end + 1;
  }

  /// Where the string's quote stands; npos: it has none in its line, and is no string. Then no quote
  /// in the rest of the line begins one either: each of them is escaped from here, and what stands
  /// behind it has been read.
  std::size_t string_end(std::size_t at) {
    if (at < no_string_until_) return text_.npos;
    for (; at < text_.size() && text_[at] != '\n' && text_[at] != '\r'; ++at) {
      if (text_[at] == '"') return at;
      if (text_[at] == '\\') ++at;
    }
    no_string_until_ = at;
    return text_.npos;
  }

  void note(std::size_t begin, std::size_t end) {
    const std::size_t next = text_.find_first_not_of(" \t\r\n", end + 1);
    if (next != text_.npos && text_[next] == ':') {
      name_ = text_.substr(begin, end - begin);
    } else if (end > begin) {
      strings_[name_].push_back(
          {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
  }

  std::string_view text_;
  std::size_t depth_ = 0;
  std::size_t no_string_until_ = 0;  ///< see string_end()
  std::string_view name_;
  std::map<std::string_view, Reading> strings_;
};

}  // namespace

std::vector<Reading> member_readings(std::string_view text) {
  // Those of legacy completions are like whole ones.
  const bool may = may_hold_pieces(text) || text.find("\"choices\"") != text.npos;
  return may ? Members(text).take() : std::vector<Reading>{};
}

std::vector<Reading> member_readings_of_json(std::string_view answer) {
  return may_hold_pieces(answer) ? Members(answer).take() : std::vector<Reading>{};
}

}  // namespace tollgate::capture
