// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/request_target.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "path_match.hpp"
#include "percent.hpp"
#include "query.hpp"
#include "tollgate/http/percent.hpp"

namespace tollgate::operations {
namespace {

constexpr std::size_t kLongestTarget = 8 * 1024;
constexpr std::size_t kLongestName = 256;
constexpr std::string_view kProjects = "/api/projects/";
constexpr std::string_view kRoot = "/openai";
constexpr std::string_view kBareV1 = "/v1";

Error refused(std::string why) { return Error{Errc::invalid_input, std::move(why)}; }

/// Bytes that a path may hold after decoding. Everything that could be read in two ways is refused:
/// encoded separators, dots, percent signs and controls, matrix parameters, backslashes, non-ASCII
/// (faults.md P4).
constexpr auto kPlain = [] {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("-_.~ ()+:@/!*,=&$'"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

Result<std::string> decode_path(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char byte = raw[i];
    if (byte == '%') {
      const std::optional<char> decoded = percent_byte(raw.substr(i));
      if (!decoded) return refused("a percent sign without two digits");
      byte = *decoded;
      if (byte == '/' || byte == '.' || byte == '%') return refused("an encoded separator");
      i += 2;
    }
    if (!is_plain(byte)) return refused("a byte that does not belong into a path");
    out.push_back(byte);
  }
  return out;
}

/// Slashes that clients double or append where they join URLs are taken out (azure-protocol.md
/// 1.1): this path is matched, and this path is sent.
Result<std::string> join_segments(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash before a segment
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (segment == "." || segment == "..") return refused("a dot segment");
    if (!segment.empty()) out.append("/").append(segment);
  }
  return out;
}

/// Nearly every path is its own normal form, which one look at each byte tells.
bool is_normal(std::string_view path) {
  if (!path.starts_with('/')) return false;
  char before = ' ';
  for (const char c : path) {
    const bool may_be_more = before == '/' && (c == '/' || c == '.');
    if (may_be_more || !is_plain(c)) return false;
    before = c;
  }
  return before != '/';
}

Result<std::string> normalise_path(std::string_view raw) {
  if (is_normal(raw)) return std::string(raw);
  const Result<std::string> decoded = decode_path(raw);
  if (!decoded) return decoded.error();
  return join_segments(*decoded);
}

/// The path as Azure OpenAI has it. Clients of a Foundry project put the project before it, which
/// is the backend's own choice here (backends[].endpoint); those of OpenAI leave out /openai.
std::string canonical(std::string path) {
  if (path.starts_with(kProjects)) {
    const std::size_t end = path.find('/', kProjects.size());
    if (end != std::string::npos && std::string_view(path).substr(end).starts_with(kRoot))
      path.erase(0, end);
  }
  if (path.starts_with(kBareV1) && path.size() > kBareV1.size() && path[kBareV1.size()] == '/')
    path.insert(0, kRoot);
  return path;
}

}  // namespace

Result<RequestTarget> parse_target(std::string_view method, std::string_view target) {
  if (target.empty() || target.front() != '/') return refused("the target is not a path");
  if (target.size() > kLongestTarget) return refused("the target is too long");
  if (target.find('#') != std::string_view::npos) return refused("the target has a fragment");
  const std::size_t mark = std::min(target.find('?'), target.size());
  Result<std::string> path = normalise_path(target.substr(0, mark));
  if (!path) return path.error();
  Result<Query> query = read_query(target.substr(std::min(mark + 1, target.size())));
  if (!query) return query.error();
  *path = canonical(std::move(*path));
  const PathMatch match = find_operation(method, *path);
  if (match.operation == nullptr) return Error{Errc::not_found, "no such operation"};
  if (std::max({match.deployment.size(), match.object_id.size(), match.file_id.size()}) >
      kLongestName) {
    return refused("a name in the path is too long");
  }
  // Legacy paths need a version; without one Azure does not find the resource (unverified there).
  if (match.family == UrlFamily::legacy && query->api_version.empty()) {
    return Error{Errc::not_found, "api-version is missing"};
  }
  RequestTarget out;
  out.operation = match.operation;
  out.family = match.family;
  out.deployment = match.deployment;
  out.object_id = match.object_id;
  out.file_id = match.file_id;
  out.api_version = std::move(query->api_version);
  out.query = std::move(query->forwarded);
  out.path = std::move(*path);
  return out;
}

std::string allowed_methods(std::string_view target) {
  Result<std::string> path = normalise_path(target.substr(0, target.find('?')));
  return path ? methods_of(canonical(std::move(*path))) : std::string();
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
