// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "yaml_fault.hpp"

#include <optional>
#include <vector>

namespace tollgate::config {
namespace {

struct Opened {
  char what = 0;
  int line = 0;
  int column = 0;
};

/// The first line, up to the one where the library stopped, that is indented with a tab.
std::optional<int> line_with_tab(std::string_view text, int last) {
  int line = 1;
  while (line <= last) {
    const std::string_view content = text.substr(0, text.find('\n'));
    const std::size_t indentation = content.find_first_not_of(" \t");
    if (content.substr(0, indentation).find('\t') != content.npos) return line;
    if (content.size() == text.size()) return std::nullopt;
    text.remove_prefix(content.size() + 1);
    ++line;
  }
  return std::nullopt;
}

/// Follows brackets and quotes; what opens in the middle of a word is part of the word.
class Nesting {
 public:
  void read(std::string_view text) {
    char before = '\n';
    for (const char c : text) {
      ++column_;
      take(c, before);
      if (c == '\n') {
        ++line_;
        column_ = 0;
        comment_ = false;
      }
      before = c;
    }
  }

  /// What is open at the end, the outermost first; a quote hides what comes after it.
  std::optional<Opened> unclosed() const {
    if (quote_.what != 0) return quote_;
    if (!open_.empty()) return open_.front();
    return std::nullopt;
  }

 private:
  void take(char c, char before) {
    if (comment_) return;
    if (quote_.what != 0) {
      const bool escaped = quote_.what == '"' && before == '\\';
      if (c == quote_.what && !escaped) quote_.what = 0;
      return;
    }
    const bool begins = std::string_view(" \t\n[{,:").find(before) != std::string_view::npos;
    comment_ = c == '#' && begins;
    if ((c == '"' || c == '\'') && begins) quote_ = {c, line_, column_};
    if ((c == '[' || c == '{') && begins) open_.push_back({c, line_, column_});
    if ((c == ']' || c == '}') && !open_.empty()) open_.pop_back();
  }

  int line_ = 1;
  int column_ = 0;
  bool comment_ = false;
  Opened quote_;
  std::vector<Opened> open_;
};

std::string in_plain_words(const std::string& library_words) {
  const auto says = [&](const char* words) {
    return library_words.find(words) != std::string::npos;
  };
  if (says("illegal map value"))
    return "a second \": \" stands in one value: quote the value, or break the line";
  if (says("end of map not found") || says("end of sequence not found") ||
      says("illegal block entry") || says("illegal map key")) {
    return "the indentation of this line, or of the one before it, does not fit the lines above";
  }
  return "this is not YAML";
}

}  // namespace

bool never_closes(std::string_view text) {
  const char quote = text.empty() ? '\0' : text.front();
  if (quote != '"' && quote != '\'') return false;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool escapes =
        (quote == '"' && text[at] == '\\') || (quote == '\'' && text.substr(at, 2) == "''");
    if (escapes) {
      ++at;
    } else if (text[at] == quote) {
      return false;
    }
  }
  return true;
}

ConfigError explain_yaml_fault(std::string_view text, int line, int column,
                               const std::string& library_words) {
  const std::string words = " (yaml-cpp: " + library_words + ")";
  if (const auto tab = line_with_tab(text, line)) {
    return {*tab, 1, "a tab stands in the indentation: YAML takes blanks only" + words};
  }
  Nesting nesting;
  nesting.read(text);
  if (const auto opened = nesting.unclosed()) {
    const bool quote = opened->what == '"' || opened->what == '\'';
    return {opened->line, opened->column,
            std::string("the ") + (quote ? "quote " : "bracket ") + opened->what +
                " is never closed" + words};
  }
  return {line, column, in_plain_words(library_words) + words};
}

}  // namespace tollgate::config
