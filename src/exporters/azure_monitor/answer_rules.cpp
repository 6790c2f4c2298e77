// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "answer_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "http_answers.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::exporters::azure_monitor {
namespace {

constexpr std::size_t kReasonLimit = 300;
constexpr std::string_view kCode = "code";

/// InvalidStream, or Foo.Bar-1: what has another form may be anything.
bool is_code(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  const auto plain = [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return text.size() <= kLongest && std::all_of(text.begin(), text.end(), plain);
}

std::string reason_of(const http::ClientResponse& answer, Quoting quoting) {
  std::string out = "status " + std::to_string(answer.status);
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  if (!body.is_object() || !body.contains("error") || !body["error"].is_object()) return out;
  for (const std::string_view key : {kCode, std::string_view("message")}) {
    const auto& error = body["error"];
    if (!error.contains(key) || !error[key].is_string()) continue;
    const auto text = error[key].get<std::string>();
    if (quoting == Quoting::message) {
      out += ", " + sanitize_utf8(text, kReasonLimit);
    } else if (key == kCode && is_code(text)) {
      out += ", " + text;
    }
  }
  return out;
}

}  // namespace

SendResult judge(const http::ClientResponse& answer, UtcTime now, Quoting quoting) {
  if (answer.status == 204) return Accepted{};
  if (answer.status == 400 || answer.status == 413) return Rejected{{}, reason_of(answer, quoting)};
  if (answer.status >= 200 && answer.status < 300) {
    return RetryAfter{
        reason_of(answer, quoting) + " is not the service's answer to an upload: a proxy's?",
        milliseconds(0), true};
  }
  return RetryAfter{reason_of(answer, quoting), asked_pause(answer, now),
                    !passes_by_itself(answer.status)};
}

}  // namespace tollgate::exporters::azure_monitor
