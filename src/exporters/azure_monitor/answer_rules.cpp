// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answer_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "http_answers.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::exporters::azure_monitor {
namespace {

constexpr std::size_t kReasonLimit = 300;

std::string reason_of(const http::ClientResponse& answer) {
  std::string out = "status " + std::to_string(answer.status);
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  if (!body.is_object() || !body.contains("error") || !body["error"].is_object()) return out;
  for (const char* key : {"code", "message"}) {
    const auto& error = body["error"];
    if (error.contains(key) && error[key].is_string()) {
      out += ", " + sanitize_utf8(error[key].get<std::string>(), kReasonLimit);
    }
  }
  return out;
}

}  // namespace

SendResult judge(const http::ClientResponse& answer, UtcTime now) {
  if (answer.status == 204) return Accepted{};
  if (answer.status == 400 || answer.status == 413) return Rejected{{}, reason_of(answer)};
  if (answer.status >= 200 && answer.status < 300) {
    return RetryAfter{reason_of(answer) + " is not the service's answer to an upload: a proxy's?",
                      milliseconds(0), true};
  }
  return RetryAfter{reason_of(answer), asked_pause(answer, now), !passes_by_itself(answer.status)};
}

}  // namespace tollgate::exporters::azure_monitor
