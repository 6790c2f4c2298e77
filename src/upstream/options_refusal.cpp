// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "options_refusal.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/filter_refusal.hpp"

namespace tollgate::upstream {
namespace {

using nlohmann::json;

/// Codes and types of Azure OpenAI, of OpenAI and of what speaks like them, in lower case; the
/// content filter's are told apart before.
constexpr std::array<std::string_view, 22> kOtherCauses{
    "access_denied",           "authentication_error",    "billing_hard_limit_reached",
    "context_length_exceeded", "deploymentnotfound",      "deployment_not_found",
    "insufficient_quota",      "invalid_api_key",         "invalid_image",
    "invalid_image_format",    "invalid_image_url",       "invalid_json_schema",
    "invalid_prompt",          "model_not_found",         "operationnotsupported",
    "operation_not_supported", "permission_error",        "rate_limit_exceeded",
    "resourcenotfound",        "string_above_max_length", "unsupported_api_version",
    "unsupportedapiversion"};

/// What a refusal of parameters is called when it is called anything; it names no other cause.
bool is_other_cause(const json& word) {
  if (!word.is_string()) return false;
  const std::string lower = to_lower(word.get_ref<const std::string&>());
  return std::find(kOtherCauses.begin(), kOtherCauses.end(), lower) != kOtherCauses.end();
}

/// Looks at `code` and `type` of the object and of the errors nested in it, some levels deep.
bool names_other_cause(const json& error, int depth) {
  if (!error.is_object() || depth > 4) return false;
  for (const char* key : {"code", "type"}) {
    if (error.contains(key) && is_other_cause(error[key])) return true;
  }
  for (const char* key : {"error", "innererror", "inner_error"}) {
    if (error.contains(key) && names_other_cause(error[key], depth + 1)) return true;
  }
  return false;
}

}  // namespace

bool may_refuse_options(int status, std::string_view body) {
  constexpr std::array kStatuses{400, 404, 405, 415, 422};
  if (std::find(kStatuses.begin(), kStatuses.end(), status) == kStatuses.end()) return false;
  const json error = json::parse(body, nullptr, false);
  // Asked twice it would be paid twice, whatever else the refusal speaks of.
  if (usage::is_filter_refusal(body)) return false;
  return names_options(body) || !names_other_cause(error, 0);
}

bool names_options(std::string_view body) {
  return body.find("stream_options") != std::string_view::npos ||
         body.find("include_usage") != std::string_view::npos;
}

}  // namespace tollgate::upstream
