// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "token_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/http/retry_after.hpp"

namespace tollgate::credentials {
namespace {

using nlohmann::json;

constexpr std::int64_t kLongLife = 7200;
constexpr std::int64_t kLongestLife = 10LL * 24 * 3600;
constexpr std::int64_t kAhead = 300;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> number_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  return whole_number(text_member(object, name));
}

/// "06/20/2019 02:57:58 +00:00", with AM or PM before the zone on Windows: App Service's 2017
/// interface.
std::optional<UtcTime> us_date(const std::string& text) {
  int month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0, used = 0;
  if (std::sscanf(text.c_str(), "%2d/%2d/%4d %2d:%2d:%2d%n", &month, &day, &year, &hour, &minute,
                  &second, &used) != 6) {
    return std::nullopt;
  }
  std::string_view rest = std::string_view(text).substr(static_cast<std::size_t>(used));
  const bool morning = rest.substr(0, 3) == " AM";
  const bool evening = rest.substr(0, 3) == " PM";
  if (morning || evening) {
    if (hour < 1 || hour > 12) return std::nullopt;
    hour = hour % 12 + (evening ? 12 : 0);
    rest.remove_prefix(3);
  }
  if (rest != " +00:00") return std::nullopt;
  std::array<char, 32> form{};
  std::snprintf(form.data(), form.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, hour,
                minute, second);
  return from_rfc3339(form.data());
}

/// RFC 3339 in UTC, also with a blank for its T or a zone of +00:00.
std::optional<UtcTime> iso_date(std::string text) {
  constexpr std::string_view kUtc = "+00:00";
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  if (text.ends_with(kUtc)) text.replace(text.size() - kUtc.size(), kUtc.size(), "Z");
  return from_rfc3339(text);
}

std::optional<UtcTime> expires_on(const json& body) {
  if (const auto epoch = number_member(body, "expires_on")) {
    if (*epoch < 0 || *epoch > (1LL << 40)) return std::nullopt;
    return UtcTime(seconds(*epoch));
  }
  const std::string text = text_member(body, "expires_on");
  if (const auto date = iso_date(text)) return date;
  if (const auto date = from_http_date(text)) return date;
  return us_date(text);
}

std::optional<std::int64_t> lifetime_of(const json& body, UtcTime now) {
  std::optional<std::int64_t> out = number_member(body, "expires_in");
  if (const auto end = expires_on(body); !out && end) {
    out = std::chrono::floor<seconds>(*end - now).count();
  }
  if (!out || *out <= 0 || *out > kLongestLife) return std::nullopt;
  return out;
}

/// When told; else at half of a long life, else five minutes ahead. Never later than that, so that
/// a renewal in the background comes before anybody has to wait for one.
std::int64_t renewal_of(const json& body, std::int64_t lifetime) {
  const std::int64_t latest = std::max(lifetime - kAhead, lifetime / 2);
  const auto told = number_member(body, "refresh_in");
  if (told && *told > 0) return std::min(*told, latest);
  return lifetime >= kLongLife ? lifetime / 2 : latest;
}

/// The number behind "AADSTS", or a word of OAuth's or IMDS' vocabulary: nothing that could hold a
/// credential.
std::string issuer_words(const json& body) {
  constexpr std::array kWords{"invalid_request",         "invalid_client",   "invalid_grant",
                              "invalid_scope",           "invalid_resource", "unauthorized_client",
                              "unsupported_grant_type",  "access_denied",    "bad_request_102",
                              "temporarily_unavailable", "server_error"};
  const std::string description = text_member(body, "error_description");
  if (description.rfind("AADSTS", 0) == 0) {
    const std::size_t end = description.find_first_not_of("0123456789", 6);
    return ", " + description.substr(0, std::min<std::size_t>(end, 16));
  }
  if (description == "Identity not found") return ", the host has no such identity";
  const std::string error = text_member(body, "error");
  const bool known = std::find(kWords.begin(), kWords.end(), error) != kWords.end();
  return known ? ", " + error : "";
}

std::optional<seconds> pause_of(const http::Fields& fields, UtcTime now) {
  const auto pause = http::stated_pause(http::find_field(fields, "retry-after"), now);
  return pause ? std::optional(std::chrono::ceil<seconds>(*pause)) : std::nullopt;
}

FetchFailure failure(const http::ClientResponse& answer, UtcTime now) {
  const json body = json::parse(answer.body, nullptr, false);
  const std::string message = "the issuer answered " + std::to_string(answer.status) +
                              (body.is_object() ? issuer_words(body) : "");
  Errc code = Errc::unauthenticated;
  if (answer.status == 429) code = Errc::throttled;
  if (answer.status == 404 || answer.status == 410 || answer.status >= 500)
    code = Errc::unavailable;
  return {Error{code, message}, pause_of(answer.fields, now)};
}

}  // namespace

FetchResult read_token_answer(const http::ClientResponse& answer, UtcTime now) {
  if (answer.status != 200) return failure(answer, now);
  json body = json::parse(answer.body, nullptr, false);
  const Error malformed{Errc::protocol, "the token answer is malformed"};
  if (!body.is_object() || text_member(body, "access_token").empty()) return malformed;
  const auto lifetime = lifetime_of(body, now);
  if (!lifetime) return malformed;
  std::string& token = body["access_token"].get_ref<std::string&>();
  // It becomes a header's value: whatever else stands in it would end the field.
  const auto visible = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!std::all_of(token.begin(), token.end(), visible)) return malformed;
  return AccessToken{Secret(std::move(token)), now + seconds(*lifetime),
                     now + seconds(renewal_of(body, *lifetime))};
}

}  // namespace tollgate::credentials
