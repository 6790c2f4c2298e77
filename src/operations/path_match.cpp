// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "path_match.hpp"

#include <algorithm>
#include <iterator>

namespace tollgate::operations {
namespace {

/// The root of a family's paths, and the column that holds the rest. The longer root comes first.
struct Family {
  UrlFamily family;
  std::string_view root;
  std::string_view Operation::*pattern;
};
constexpr Family kFamilies[] = {{UrlFamily::v1, "/openai/v1", &Operation::v1_path},
                                {UrlFamily::legacy, "/openai", &Operation::legacy_path},
                                {UrlFamily::models, "/models", &Operation::models_path}};

/// The segment at the front of a path that begins with a slash; takes it off.
std::string_view take_segment(std::string_view& path) {
  const std::size_t end = std::min(path.find('/', 1), path.size());
  const std::string_view segment = path.substr(1, end - 1);
  path.remove_prefix(end);
  return segment;
}

/// Whether the path fits the pattern; a hole stands for one whole segment.
bool fits(std::string_view path, std::string_view pattern, PathMatch& out) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view segment = take_segment(path);
    if (wanted.front() != '{') {
      if (segment != wanted) return false;
      continue;
    }
    if (segment.empty()) return false;
    if (wanted == "{deployment}") out.deployment = segment;
    if (wanted == "{object}") out.object_id = segment;
    if (wanted == "{file}") out.file_id = segment;
  }
  return pattern.empty() && path.empty();
}

bool below(std::string_view path, std::string_view root) {
  return path.size() > root.size() && path.substr(0, root.size()) == root &&
         path[root.size()] == '/';
}

/// Calls `visit` with each operation whose path fits, until it returns true.
template <class Visit>
void for_each_fit(std::string_view path, Visit visit) {
  const auto* const family = std::find_if(std::begin(kFamilies), std::end(kFamilies),
                                          [&](const Family& f) { return below(path, f.root); });
  if (family == std::end(kFamilies)) return;
  for (const Operation& operation : operation_table()) {
    const std::string_view pattern = operation.*family->pattern;
    PathMatch match;
    if (pattern.empty() || !fits(path.substr(family->root.size()), pattern, match)) continue;
    match.operation = &operation;
    match.family = family->family;
    if (visit(match)) return;
  }
}

}  // namespace

PathMatch find_operation(std::string_view method, std::string_view path) {
  PathMatch found;
  for_each_fit(path, [&](const PathMatch& match) {
    if (match.operation->method != method) return false;
    found = match;
    return true;
  });
  return found;
}

std::string methods_of(std::string_view path) {
  std::string out;
  for_each_fit(path, [&](const PathMatch& match) {
    out.append(out.empty() ? "" : ", ").append(match.operation->method);
    return false;
  });
  return out;
}

}  // namespace tollgate::operations
