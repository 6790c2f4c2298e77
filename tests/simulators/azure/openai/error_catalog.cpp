// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/error_catalog.hpp"

#include <map>
#include <stdexcept>

#include "openai/chunk_stream.hpp"

namespace tollgate::simulator {

using nlohmann::ordered_json;

namespace {

using Maker = Answer (*)(const Call& call);

Answer with_fields(Answer answer, Fields fields) {
  answer.fields = std::move(fields);
  return answer;
}

/// A filtered prompt is charged for its evaluation, and no usage object says so (azure-protocol.md
/// 2.6).
Answer charged_for_prompt(const Call& call, Answer answer) {
  answer.charge = call.token_charge(false);
  answer.charge.tokens = cut_to(answer.charge.tokens, 0);
  return answer;
}

Answer content_filter(const Call& call) {
  ordered_json results = filter_results(true);
  results["hate"] = {{"filtered", true}, {"severity", "high"}};
  results["jailbreak"] = {{"filtered", false}, {"detected", false}};
  // Key names vary (section 10, item 5).
  const ordered_json error{
      {"message",
       "The response was filtered due to the prompt triggering Azure OpenAI's "
       "content management policy."},
      {"type", nullptr},
      {"param", "prompt"},
      {"code", "content_filter"},
      {"status", 400},
      {"innererror",
       {{"code", "ResponsibleAIPolicyViolation"}, {"content_filter_result", results}}}};
  Answer out = json_answer({{"error", error}});
  out.status = 400;
  out.reason = "Bad Request";
  return charged_for_prompt(call, std::move(out));
}

Answer content_filter_responses(const Call& call) {
  const ordered_json filter{{"blocked", true},
                            {"source_type", "prompt"},
                            {"content_filter_results", filter_results(true)}};
  const ordered_json error{{"message", "The response was filtered."},
                           {"type", "invalid_request_error"},
                           {"param", nullptr},
                           {"code", "content_filter"},
                           {"content_filters", {filter}}};
  Answer out = json_answer({{"error", error}});
  out.status = 400;
  out.reason = "Bad Request";
  return charged_for_prompt(call, std::move(out));
}

Answer context_length(const Call&) {
  Answer out = json_answer({{"error",
                             {{"code", "context_length_exceeded"},
                              {"param", "messages"},
                              {"message", "This model's maximum context length is 128000 tokens."},
                              {"type", "invalid_request_error"}}}});
  out.status = 400;
  out.reason = "Bad Request";
  return out;
}

Answer rbac(int status, const char* reason) {
  return error_answer(
      status, reason, "PermissionDenied",
      "The principal `dddddddd-0000-4000-8000-000000000004` lacks the required data action "
      "`Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to "
      "perform `POST /openai/deployments/{deployment-id}/chat/completions` operation.");
}

Answer rate_limit(const Call& call, const char* what, const char* seconds) {
  return error_answer(429, "Too Many Requests", "429",
                      "Requests to the " + std::string(call.match.route->operation) +
                          " Operation under Azure OpenAI API version " + call.api_version +
                          " have exceeded " + what +
                          " rate limit of your current OpenAI S0 pricing tier. "
                          "Please retry after " +
                          seconds + " seconds.");
}

Answer no_capacity(const Call&) {
  return error_answer(429, "Too Many Requests", "no_capacity",
                      "The system is currently experiencing high demand.", "too_many_requests");
}

Answer plain_error(int status, const char* reason, const char* type, const char* body) {
  Answer out = plain_answer(type, body);
  if (*body == '\0') out.pieces.clear();
  out.status = status;
  out.reason = reason;
  return out;
}

Answer server_error(int status, const char* reason) {
  return error_answer(status, reason, nullptr,
                      "The server had an error while processing your request. Sorry about that!",
                      "server_error");
}

Answer provisioned_429(const Call& call) {
  Answer out = with_fields(rate_limit(call, "token", "3"),
                           {{"retry-after", "3"}, {"retry-after-ms", "2750"}});
  out.head = HeadKind::provisioned;
  return out;
}

/// A token quota: the wait told is far too short, the window renews after the period
/// (azure-protocol.md 3.2).
const Fields kTokenQuota{{"retry-after", "1"},
                         {"retry-after-ms", "0"},
                         {"x-ratelimit-remaining-tokens", "0"},
                         {"x-ratelimit-reset-tokens", "0"},
                         {"x-ratelimit-renewalperiod-tokens", "60"},
                         {"x-ratelimit-type", "Tokens"}};

const std::map<std::string, Maker>& catalog() {
  static const std::map<std::string, Maker> table{
      {"content_filter", content_filter},
      {"content_filter_responses", content_filter_responses},
      {"context_length", context_length},
      {"stream_options",
       [](const Call&) {
         return error_answer(400, "Bad Request", nullptr,
                             "Unrecognized request argument supplied: stream_options",
                             "invalid_request_error");
       }},
      {"rbac_401", [](const Call&) { return rbac(401, "PermissionDenied"); }},
      {"rbac_403", [](const Call&) { return rbac(403, "Forbidden"); }},
      {"firewall_403",  // text unverified
       [](const Call&) {
         return error_answer(403, "Forbidden", "403",
                             "Access denied due to Virtual Network/Firewall rules.");
       }},
      {"blocked_403",
       [](const Call&) {
         return error_answer(403, "Forbidden", "403", "The resource has been temporarily blocked.");
       }},
      {"deployment_404",
       [](const Call&) {
         return error_answer(404, "Not Found", "DeploymentNotFound",
                             "The API deployment for this resource does not exist.");
       }},
      {"timeout_408",
       [](const Call&) {
         return error_answer(408, "Request Timeout", "Timeout", "The operation was timeout.");
       }},
      {"tokens_429",
       [](const Call& c) { return with_fields(rate_limit(c, "token", "58"), kTokenQuota); }},
      {"calls_429",
       [](const Call& c) {
         return with_fields(rate_limit(c, "call", "6"), {{"retry-after", "6"}});
       }},
      {"ms_429",
       [](const Call& c) {
         return with_fields(rate_limit(c, "call", "1"), {{"retry-after-ms", "150"}});
       }},
      {"day_429",
       [](const Call& c) {
         return with_fields(rate_limit(c, "token", "86400"), {{"retry-after", "86400"}});
       }},
      {"date_429",
       [](const Call& c) {
         return with_fields(rate_limit(c, "call", "60"),
                            {{"retry-after", "Fri, 01 Jan 2100 00:00:00 GMT"}});
       }},
      {"garbage_429",
       [](const Call& c) {
         return with_fields(rate_limit(c, "call", "1"),
                            {{"retry-after", "soon"}, {"retry-after-ms", "1e9x"}});
       }},
      {"bare_429", [](const Call& c) { return rate_limit(c, "token", "58"); }},
      {"capacity_429", no_capacity},
      {"provisioned_429", provisioned_429},
      {"empty_429", [](const Call&) { return plain_error(429, "Too Many Requests", "", ""); }},
      {"server_500", [](const Call&) { return server_error(500, "Internal Server Error"); }},
      {"empty_500", [](const Call&) { return plain_error(500, "Internal Server Error", "", ""); }},
      {"html_502",
       [](const Call&) {
         return plain_error(502, "Bad Gateway", "text/html",
                            "<html><body><h1>502 Bad Gateway</h1></body></html>");
       }},
      {"server_503", [](const Call&) { return server_error(503, "Service Unavailable"); }},
      {"html_503",  // unverified (section 3.2)
       [](const Call&) {
         return plain_error(
             503, "Service Unavailable", "text/html",
             "<!DOCTYPE html><html><head><title>Service unavailable</title></head></html>");
       }}};
  return table;
}

}  // namespace

Answer catalogued_error(const Call& call) {
  const auto maker = catalog().find(call.behaviour.error);
  if (maker == catalog().end())
    throw std::invalid_argument("no such error: " + call.behaviour.error);
  return maker->second(call);
}

}  // namespace tollgate::simulator
