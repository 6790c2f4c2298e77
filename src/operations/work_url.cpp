// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/work_url.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

/// What is behind the scheme and the host, where there are any, as far as the query.
std::string_view path_of(std::string_view url) {
  std::string_view path = url.substr(0, url.find_first_of("?#"));
  const std::size_t host = path.find("://");
  if (host == std::string_view::npos) return path;
  path.remove_prefix(host + 3);
  return path.substr(std::min(path.find('/'), path.size()));
}

/// The unreserved characters (RFC 3986 2.3) and what divides segments.
constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

/// Nothing, or an api-version.
bool has_plain_query(std::string_view url) {
  url.remove_prefix(std::min(url.find_first_of("?#"), url.size()));
  return url.empty() || (url.starts_with("?api-version=") &&
                         url.find_first_not_of(kPlain, url.find('=') + 1) == url.npos);
}

bool is_dots(std::string_view segment) { return segment == "." || segment == ".."; }

/// The operations that answer a line: two segments, or one (azure-protocol.md 1.9: chat and
/// responses; the others are those of OpenAI's own service, from memory). What stands behind them
/// would name an object.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kWork{{
    {"chat", "completions"},
    {"completions", ""},
    {"embeddings", ""},
    {"responses", ""},
    {"moderations", ""},
    {"images", "generations"},
    {"images", "edits"},
    {"audio", "transcriptions"},
    {"audio", "translations"},
    {"audio", "speech"},
    {"videos", ""},
}};

bool is_work(std::string_view first, std::string_view second) {
  return std::any_of(kWork.begin(), kWork.end(), [&](const auto& work) {
    return work.first == first && work.second == second;
  });
}

}  // namespace

bool is_plain_url(std::string_view url) {
  std::string_view path = path_of(url);
  if (path.find_first_not_of(kPlain) != std::string_view::npos || !has_plain_query(url))
    return false;
  std::string_view segment = next_segment(path);
  for (const std::string_view prefix : {"openai", "v1"}) {
    if (iequals(segment, prefix)) segment = next_segment(path);
  }
  if (iequals(segment, "deployments")) {
    const std::string_view name = next_segment(path);
    if (is_dots(name)) return false;
    segment = next_segment(path);
  }
  const std::string_view second = next_segment(path);
  return is_work(segment, second) && next_segment(path).empty();
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
  if (old.empty()) return std::string(url);
  const auto begin = static_cast<std::size_t>(old.data() - url.data());
  std::string out(url.substr(0, begin));
  return out.append(deployment).append(url.substr(begin + old.size()));
}

}  // namespace tollgate::operations
