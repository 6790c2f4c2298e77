// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "path_match.hpp"

#include <algorithm>

namespace tollgate::operations {
namespace {

constexpr std::string_view kLegacyRoot = "/openai";
constexpr std::string_view kV1Root = "/openai/v1";

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
  if (!below(path, kLegacyRoot)) return;
  const bool v1 = below(path, kV1Root);
  const std::string_view rest = path.substr(v1 ? kV1Root.size() : kLegacyRoot.size());
  for (const Operation& operation : operation_table()) {
    const std::string_view pattern = v1 ? operation.v1_path : operation.legacy_path;
    PathMatch match;
    if (pattern.empty() || !fits(rest, pattern, match)) continue;
    match.operation = &operation;
    match.family = v1 ? UrlFamily::v1 : UrlFamily::legacy;
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
