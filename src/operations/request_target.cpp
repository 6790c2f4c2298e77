// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/request_target.hpp"

#include <algorithm>
#include <utility>

#include "path_match.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/http/percent.hpp"

namespace tollgate::operations {
namespace {

constexpr std::size_t kLongestTarget = 8 * 1024;
constexpr std::size_t kLongestName = 256;

Error refused(std::string why) { return Error{Errc::invalid_input, std::move(why)}; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Bytes that a path may hold after decoding. Everything that could be read in two ways is refused:
/// encoded separators, dots, percent signs and controls, matrix parameters, backslashes, non-ASCII
/// (faults.md P4).
bool is_plain_path_byte(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.' || c == '~' || c == ' ' || c == '(' || c == ')' || c == '+' ||
         c == ':' || c == '@' || c == '/' || c == '!' || c == '*' || c == ',' || c == '=' ||
         c == '&' || c == '$' || c == '\'';
}

Result<std::string> decode_path(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    unsigned char byte = static_cast<unsigned char>(raw[i]);
    if (byte == '%') {
      if (i + 2 >= raw.size()) return refused("a percent sign without two digits");
      const int high = hex_value(raw[i + 1]);
      const int low = hex_value(raw[i + 2]);
      if (high < 0 || low < 0) return refused("a percent sign without two digits");
      byte = static_cast<unsigned char>(high * 16 + low);
      if (byte == '/' || byte == '.' || byte == '%') return refused("an encoded separator");
      i += 2;
    }
    if (!is_plain_path_byte(byte)) return refused("a byte that does not belong into a path");
    out.push_back(static_cast<char>(byte));
  }
  return out;
}

/// Only at the start may a slash be doubled: clients whose endpoint ends in one do so
/// (azure-protocol.md 1.1).
Result<std::string> normalise_path(std::string_view raw) {
  Result<std::string> path = decode_path(raw);
  if (!path) return path;
  if (path->size() > 1 && (*path)[1] == '/') path->erase(0, 1);
  for (std::size_t at = 0; at != std::string::npos && at < path->size();) {
    const std::size_t next = path->find('/', at + 1);
    const std::string_view segment = std::string_view(*path).substr(
        at + 1, (next == std::string::npos ? path->size() : next) - at - 1);
    const bool last = next == std::string::npos;
    if (segment == "." || segment == "..") return refused("a dot segment");
    if (segment.empty() && !last) return refused("an empty segment");
    at = next;
  }
  return path;
}

bool is_api_version(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  };
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), allowed);
}

/// Query parameters that carry credentials never travel on (faults.md P3).
bool is_credential(std::string_view name) {
  return iequals(name, "api-key") || iequals(name, "code") || iequals(name, "subscription-key") ||
         iequals(name, "access_token");
}

Result<void> take_query(std::string_view query, RequestTarget& out) {
  bool version_seen = false;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    // A name that must be decoded to be known could hide one of those we look for.
    if (std::any_of(name.begin(), name.end(), [](char c) { return c == '%' || c == '+'; })) {
      return refused("an encoded query parameter name");
    }
    if (is_credential(name)) continue;
    if (iequals(name, "api-version")) {
      if (std::exchange(version_seen, true)) return refused("api-version is given twice");
      out.api_version = equals == pair.size() ? "" : pair.substr(equals + 1);
      if (!is_api_version(out.api_version)) return refused("api-version is malformed");
    }
    out.query.append(out.query.empty() ? "" : "&").append(pair);
  }
  return {};
}

}  // namespace

Result<RequestTarget> parse_target(std::string_view method, std::string_view target) {
  if (target.empty() || target.front() != '/') return refused("the target is not a path");
  if (target.size() > kLongestTarget) return refused("the target is too long");
  if (target.find('#') != std::string_view::npos) return refused("the target has a fragment");
  const std::size_t mark = std::min(target.find('?'), target.size());
  Result<std::string> path = normalise_path(target.substr(0, mark));
  if (!path) return path.error();
  RequestTarget out;
  if (mark < target.size()) {
    const Result<void> query = take_query(target.substr(mark + 1), out);
    if (!query) return query.error();
  }
  const PathMatch match = find_operation(method, *path);
  if (match.operation == nullptr) return Error{Errc::not_found, "no such operation"};
  if (std::max(match.deployment.size(), match.object_id.size()) > kLongestName) {
    return refused("a name in the path is too long");
  }
  // Legacy paths need a version; without one Azure does not find the resource (unverified there).
  if (match.family == UrlFamily::legacy && out.api_version.empty()) {
    return Error{Errc::not_found, "api-version is missing"};
  }
  out.operation = match.operation;
  out.family = match.family;
  out.deployment = match.deployment;
  out.object_id = match.object_id;
  out.path = std::move(*path);
  return out;
}

bool RequestTarget::names_model_in_body() const {
  if (operation->route_by == RouteBy::model) return true;
  return operation->route_by == RouteBy::deployment && family == UrlFamily::v1;
}

std::string allowed_methods(std::string_view target) {
  const Result<std::string> path = normalise_path(target.substr(0, target.find('?')));
  return path ? methods_of(*path) : std::string();
}

std::string forward_path(const RequestTarget& target, std::string_view deployment) {
  constexpr std::string_view kBefore = "/openai/deployments/";
  std::string out;
  std::string_view rest = target.path;
  if (!target.deployment.empty()) {
    out.append(kBefore).append(http::percent_encode(deployment));
    rest.remove_prefix(kBefore.size() + target.deployment.size());
  }
  // The one byte that a path may hold but a request line may not.
  for (const char c : rest) c == ' ' ? out.append("%20") : out.append(1, c);
  return out;
}

}  // namespace tollgate::operations
