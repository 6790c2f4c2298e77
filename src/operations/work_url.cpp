// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/work_url.hpp"

#include <algorithm>

#include "tollgate/base/text.hpp"

namespace tollgate::operations {
namespace {

/// Takes the next segment that is not empty from the path; empty: there is none.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::string_view path_of(std::string_view url) { return url.substr(0, url.find_first_of("?#")); }

}  // namespace

bool is_plain_url(std::string_view url) {
  std::string_view path = path_of(url);
  if (path.find_first_of("%\\;") != std::string_view::npos) return false;
  while (!path.empty()) {
    const std::string_view segment = next_segment(path);
    if (segment == "." || segment == "..") return false;
  }
  return true;
}

std::string_view deployment_in(std::string_view url) {
  std::string_view path = path_of(url);
  while (!path.empty()) {
    if (iequals(next_segment(path), "deployments")) return next_segment(path);
  }
  return {};
}

std::string with_deployment(std::string_view url, std::string_view deployment) {
  const std::string_view old = deployment_in(url);
  const auto begin = static_cast<std::size_t>(old.data() - url.data());
  std::string out(url.substr(0, begin));
  return out.append(deployment).append(url.substr(begin + old.size()));
}

}  // namespace tollgate::operations
