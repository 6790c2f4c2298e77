// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "tollgate/base/text.hpp"

namespace tollgate::http {
namespace {

std::string_view find(const std::vector<Field>& fields, std::string_view name) {
  for (const Field& field : fields) {
    if (iequals(field.name, name)) return field.value;
  }
  return {};
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

/// `count` units as a wait; nullopt when that is no time at all.
std::optional<milliseconds> wait_of(std::optional<double> count, milliseconds unit) {
  constexpr milliseconds kMost{std::chrono::hours(24 * 30)};
  if (!count || *count <= 0) return std::nullopt;
  const double ms = std::ceil(*count * static_cast<double>(unit.count()));
  return milliseconds(static_cast<std::int64_t>(std::min(ms, static_cast<double>(kMost.count()))));
}

std::optional<milliseconds> stated_wait(const std::vector<Field>& fields, UtcTime now) {
  for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    if (const auto wait = wait_of(number(find(fields, name)), milliseconds(1))) return wait;
  }
  return stated_pause(find(fields, "retry-after"), now);
}

/// The window's period if nothing is left in it.
std::optional<milliseconds> renewal_of(const std::vector<Field>& fields, std::string_view remaining,
                                       std::string_view period) {
  const auto left = number(find(fields, remaining));
  if (!left || *left > 0) return std::nullopt;
  return wait_of(number(find(fields, period)), seconds(1));
}

}  // namespace

std::optional<milliseconds> stated_pause(std::string_view value, UtcTime now) {
  const std::string_view text = trim(value);
  if (const auto wait = wait_of(number(text), seconds(1))) return wait;
  const auto date = from_http_date(text);
  if (!date || *date <= now) return std::nullopt;
  return std::chrono::ceil<milliseconds>(*date - now);
}

std::optional<milliseconds> retry_after(const std::vector<Field>& fields, UtcTime now) {
  // nullopt is less than any wait.
  const auto wait = std::max(
      {stated_wait(fields, now),
       renewal_of(fields, "x-ratelimit-remaining-requests", "x-ratelimit-renewalperiod-requests"),
       renewal_of(fields, "x-ratelimit-remaining-tokens", "x-ratelimit-renewalperiod-tokens")});
  return wait ? std::optional(std::min(*wait, kLongestWait)) : std::nullopt;
}

std::string retry_after_lines(milliseconds wait) {
  const milliseconds at_least_something = std::max(wait, milliseconds(1));
  std::string out = "Retry-After: ";
  out.append(std::to_string(std::chrono::ceil<seconds>(at_least_something).count()));
  out.append("\r\nretry-after-ms: ").append(std::to_string(at_least_something.count()));
  return out.append("\r\n");
}

}  // namespace tollgate::http
