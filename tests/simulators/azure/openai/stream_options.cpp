// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/stream_options.hpp"

namespace tollgate::simulator {
namespace {

constexpr const char* kFirstVersion = "2024-09-01";

/// Empty: nothing is wrong.
std::string fault_of(const Call& call) {
  const bool dated = call.match.family != Family::kV1;
  if ((dated && call.api_version < kFirstVersion) || call.deployment->refuses_stream_options) {
    return "Unrecognized request argument supplied: stream_options";
  }
  if (call.body.contains("data_sources")) {
    return "Validation error at #/stream_options: Extra inputs are not permitted";
  }
  // In OpenAI's semantics (unverified).
  if (!call.streams())
    return "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
  return {};
}

}  // namespace

std::optional<Answer> stream_options_refusal(const Call& call) {
  const std::string_view operation = call.match.route->operation;
  if (operation != "ChatCompletions_Create" && operation != "Completions_Create")
    return std::nullopt;
  if (!call.body.contains("stream_options")) return std::nullopt;
  const std::string fault = fault_of(call);
  if (fault.empty()) return std::nullopt;
  return error_answer(400, "Bad Request", nullptr, fault, "invalid_request_error");
}

}  // namespace tollgate::simulator
