// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "own_patterns.hpp"

#include <algorithm>
#include <array>

namespace tollgate::redaction {
namespace {

/// Every neighbourhood that an assertion (^ $ \A \z \b \B) can tell from another: the text's edge,
/// a line's edge, a word, none.
constexpr std::array<std::string_view, 4> kNeighbours{"", "\n", "a", "-"};

bool matches_nothing_between(std::string_view before, std::string_view behind,
                             std::string_view regex) {
  const std::string around = "(?s:.{" + std::to_string(before.size()) +
                             "})(?:" + std::string(regex) + ")(?s:.{" +
                             std::to_string(behind.size()) + "})";
  const re2::RE2 whole(around, pattern_options());
  return re2::RE2::FullMatch(std::string(before) + std::string(behind), whole);
}

Error invalid(std::string message) { return Error{Errc::invalid_input, std::move(message)}; }

/// `$.messages[*].metadata` as `messages.metadata`: paths go through arrays by themselves.
std::string dotted(std::string_view path) {
  std::string out(path.substr(path.starts_with("$.") ? 2 : 0));
  for (std::size_t at = out.find("[*]"); at != std::string::npos; at = out.find("[*]", at)) {
    out.erase(at, 3);
  }
  return out;
}

/// How many names it has; 0: it is no path.
std::size_t segments_of(std::string_view path) {
  if (path.starts_with("**.")) path.remove_prefix(3);
  std::size_t count = 0;
  while (true) {
    const std::size_t end = std::min(path.find('.'), path.size());
    const std::string_view name = path.substr(0, end);
    const bool wild = name == "*" && count > 0;
    if (name.empty() || name.size() > usage::JsonPaths::kLongestName) return 0;
    if (!wild && name.find_first_of("*[]{}$") != std::string_view::npos) return 0;
    ++count;
    if (end == path.size()) return count;
    path.remove_prefix(end + 1);
  }
}

}  // namespace

re2::RE2::Options pattern_options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(std::int64_t{32} << 20);
  return options;
}

Result<std::unique_ptr<const re2::RE2>> compile_pattern(std::string_view regex) {
  auto out = std::make_unique<const re2::RE2>(re2::StringPiece(regex), pattern_options());
  if (!out->ok()) return invalid("not a regular expression of RE2: " + out->error());
  return out;
}

bool can_match_nothing(std::string_view regex) {
  return std::any_of(kNeighbours.begin(), kNeighbours.end(), [&](std::string_view before) {
    return std::any_of(kNeighbours.begin(), kNeighbours.end(), [&](std::string_view behind) {
      return matches_nothing_between(before, behind, regex);
    });
  });
}

Result<usage::JsonPaths> parse_drops(const std::vector<std::string>& drops) {
  std::vector<std::string> paths;
  std::size_t segments = 0;
  for (const std::string& drop : drops) {
    paths.push_back(dotted(drop));
    const std::size_t count = segments_of(paths.back());
    if (count == 0) return invalid("\"" + drop + "\" is no path of JSON members");
    segments += count;
  }
  if (segments > usage::JsonPaths::kMostSegments) {
    return invalid("the paths have more than " + std::to_string(usage::JsonPaths::kMostSegments) +
                   " names together");
  }
  const std::vector<std::string_view> views(paths.begin(), paths.end());
  return usage::JsonPaths(views);
}

}  // namespace tollgate::redaction
