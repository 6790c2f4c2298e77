// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::usage {
namespace {

/// Columns longer than this are cut by the service without a word (azure-protocol.md 6.2): better by us.
constexpr std::size_t kTextLimit = 32 * 1024;

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  const bool plain = text.size() <= kTextLimit && std::ranges::all_of(text, [](char c) {
                       return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
                     });
  if (plain) {
    out.append(text);
  } else {
    for (const char c : sanitize_utf8(text, kTextLimit)) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
  }
  out.push_back('"');
}

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

/// One JSON object, a member at a time.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }
  ~ObjectWriter() { out_.push_back('}'); }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  std::string& key(std::string_view name) {
    if (!std::exchange(first_, false)) out_.push_back(',');
    append_string(out_, name);
    out_.push_back(':');
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_string(key(name), value); }
  void number(std::string_view name, std::int64_t value) { append_number(key(name), value); }
  void flag(std::string_view name, bool value) { key(name).append(value ? "true" : "false"); }
  void number(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) return number(name, *value);
    key(name).append("null");
  }
  void real(std::string_view name, const std::optional<double>& value) {
    if (!value || !std::isfinite(*value)) {
      key(name).append("null");
    } else {
      append_number(key(name), std::round(*value * 1000) / 1000);
    }
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void append_caller(ObjectWriter& object, const UsageRecord& record) {
  object.text("ClientName", record.client_name);
  append_json(object.key("Tags"), record.tags);
  object.text("AuthMethod", record.auth_method);
  object.text("CallerProof", record.caller_proof);
  object.text("CallerIpAddress", record.caller_ip_address);
  object.text("CallerTenantId", record.caller_tenant_id);
  object.text("CallerAppId", record.caller_app_id);
  object.text("CallerObjectId", record.caller_object_id);
  object.text("CallerCustomId", record.caller_custom_id);
  object.text("EndUser", record.end_user);
  object.text("ConversationId", record.conversation_id);
}

void append_operation(ObjectWriter& object, const UsageRecord& record) {
  object.text("OperationId", record.operation_id);
  object.text("ApiVersion", record.api_version);
  object.text("RequestedModel", record.requested_model);
  object.text("Backend", record.backend);
  object.text("BackendDeployment", record.backend_deployment);
  object.text("BackendRegion", record.backend_region);
  object.text("BackendTier", record.backend_tier);
  object.text("Model", record.model);
  object.flag("Stream", record.stream);
  object.number("StatusCode", record.status_code);
  object.text("Outcome", to_string(record.outcome));
  object.text("ErrorCode", record.error_code);
  object.text("FinishReason", record.finish_reason);
}

void append_tokens(ObjectWriter& object, const UsageRecord& record) {
  const TokenCounts& tokens = record.tokens;
  object.number("PromptTokens", tokens.prompt);
  object.number("CompletionTokens", tokens.completion);
  object.number("TotalTokens", tokens.total);
  object.number("CachedPromptTokens", tokens.cached_prompt);
  object.number("ReasoningTokens", tokens.reasoning);
  object.number("PromptAudioTokens", tokens.prompt_audio);
  object.number("CompletionAudioTokens", tokens.completion_audio);
  object.number("ImageTokens", tokens.image);
  object.number("AcceptedPredictionTokens", tokens.accepted_prediction);
  object.number("RejectedPredictionTokens", tokens.rejected_prediction);
  object.text("UsageBasis", to_string(record.usage_basis));
  object.text("UsageReason", record.usage_reason);
}

}  // namespace

void append_json(std::string& out, const std::map<std::string, std::string>& tags) {
  ObjectWriter object(out);
  for (const auto& [name, value] : tags) object.text(name, value);
}

void append_json(std::string& out, const std::vector<Attempt>& attempts) {
  out.push_back('[');
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    if (i > 0) out.push_back(',');
    ObjectWriter object(out);
    object.text("Backend", attempts[i].backend);
    object.text("Deployment", attempts[i].deployment);
    object.number("Status", attempts[i].status);
    object.number("DurationMs", attempts[i].duration_ms);
    object.text("Error", attempts[i].error);
    object.text("Region", attempts[i].region);
    object.text("Tier", attempts[i].tier);
    object.number("RetryAfterMs", attempts[i].retry_after_ms);
    object.flag("Sent", attempts[i].sent);
  }
  out.push_back(']');
}

std::string to_json(const UsageRecord& record) {
  std::string out;
  out.reserve(1536);
  {
    ObjectWriter object(out);
    const std::string time = to_rfc3339(record.event_time);
    object.text("TimeGenerated", time);
    object.text("RecordId", record.record_id.to_string());
    object.text("Gateway", record.gateway);
    append_caller(object, record);
    append_operation(object, record);
    append_tokens(object, record);
    object.number("DurationMs", record.duration_ms);
    object.number("TimeToFirstByteMs", record.time_to_first_byte_ms);
    object.real("GatewayOverheadMs", record.gateway_overhead_ms);
    object.number("RequestBytes", record.request_bytes);
    object.number("ResponseBytes", record.response_bytes);
    append_json(object.key("Attempts"), record.attempts);
    object.text("BackendRequestId", record.backend_request_id);
    object.text("CorrelationId", record.correlation_id);
    object.text("ResponseId", record.response_id);
    object.text("EventTime", time);
  }
  return out;
}

}  // namespace tollgate::usage
