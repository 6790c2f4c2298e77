// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "delivery_policy.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/http/retry_after.hpp"

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

/// Doubles up to the longest delay; 0.5 to 1.0 of it, so that many gateways do not come back together.
milliseconds DeliveryPolicy::back_off(std::uint32_t random) {
  const unsigned doublings = std::min(failures_, 10U);
  ++failures_;
  const milliseconds full = std::min(kLongestDelay, kFirstDelay * (1U << doublings));
  return full / 2 + full * (random % 1000) / 2000;
}

Decision DeliveryPolicy::after_answer(const http::ClientResponse& answer, UtcTime now,
                                      std::uint32_t random) {
  if (answer.status >= 200 && answer.status < 300) {
    *this = DeliveryPolicy();
    return {Decision::Kind::delivered, {}, {}, false};
  }
  std::string reason = reason_of(answer);
  switch (answer.status) {
    case 400:
      return {Decision::Kind::refused, {}, std::move(reason), false};
    case 413:
      return {Decision::Kind::split, {}, std::move(reason), false};
    case 401:
      token_renewed_ = !token_renewed_;
      if (token_renewed_) return {Decision::Kind::renew_token, {}, std::move(reason), false};
      return {Decision::Kind::wait, kSlowDelay, std::move(reason), true};
    case 403:
    case 404:
      return {Decision::Kind::wait, kSlowDelay, std::move(reason), true};
    default:
      break;
  }
  const milliseconds own = back_off(random);
  const milliseconds asked = http::stated_pause(http::find_field(answer.fields, "retry-after"), now)
                                 .value_or(milliseconds(0));
  return {Decision::Kind::wait, std::max(own, std::min(asked, kLongestRetryAfter)),
          std::move(reason), false};
}

Decision DeliveryPolicy::after_failure(const Error& error, std::uint32_t random) {
  // Also when the answer was lost after the records had arrived: they go again with the same RecordIds.
  const bool refused = error.code == Errc::unauthenticated || error.code == Errc::forbidden;
  const milliseconds delay = refused ? kSlowDelay : back_off(random);
  return {Decision::Kind::wait, delay, std::string(to_string(error.code)) + ": " + error.message,
          refused || error.code == Errc::tls};
}

}  // namespace tollgate::exporters::azure_monitor
