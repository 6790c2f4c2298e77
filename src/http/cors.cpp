// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/cors.hpp"

#include <algorithm>

#include "tollgate/base/text.hpp"

namespace tollgate::http {
namespace {

constexpr std::string_view kPrefix = "access-control-";
constexpr std::size_t kLongestList = 4096;

/// What a page may read beside the few fields that every page may: what clients go by.
constexpr std::string_view kExposed =
    "x-request-id, apim-request-id, x-ms-region, x-ms-served-model, x-ms-deployment-name, "
    "Retry-After, "
    "retry-after-ms, x-should-retry, x-ratelimit-limit-requests, x-ratelimit-remaining-requests, "
    "x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens";

/// Names, commas and blanks: nothing else goes back out.
bool is_name_list(std::string_view text) {
  return text.size() <= kLongestList && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == ',' || c == ' ';
         });
}

}  // namespace

bool CorsPolicy::allows(std::string_view origin) const {
  return !origin.empty() &&
         std::any_of(origins_.begin(), origins_.end(), [&](const std::string& known) {
           return known == "*" || iequals(known, origin);
         });
}

bool CorsPolicy::is_preflight(const RequestHead& head) const {
  return head.method == "OPTIONS" && !head.find("access-control-request-method").empty() &&
         allows(head.find("origin"));
}

std::string CorsPolicy::preflight_lines(const RequestHead& head) const {
  const std::string_view wanted = head.find("access-control-request-headers");
  std::string out = "Access-Control-Allow-Origin: ";
  out.append(head.find("origin"));
  out.append("\r\nAccess-Control-Allow-Methods: GET, HEAD, POST, DELETE\r\n");
  if (!wanted.empty() && is_name_list(wanted)) {
    out.append("Access-Control-Allow-Headers: ").append(wanted).append("\r\n");
  }
  return out.append(
      "Access-Control-Max-Age: 600\r\n"
      "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n");
}

std::string CorsPolicy::answer_lines(const RequestHead& head) const {
  if (origins_.empty()) return {};
  const std::string_view origin = head.find("origin");
  if (!allows(origin)) return "Vary: Origin\r\n";
  std::string out = "Access-Control-Allow-Origin: ";
  out.append(origin).append("\r\nAccess-Control-Expose-Headers: ").append(kExposed);
  return out.append("\r\nVary: Origin\r\n");
}

bool is_cors_field(std::string_view name) {
  return iequals(name.substr(0, kPrefix.size()), kPrefix);
}

}  // namespace tollgate::http
