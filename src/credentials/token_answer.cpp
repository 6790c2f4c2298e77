// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "token_answer.hpp"

#include <charconv>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"

namespace tollgate::credentials {
namespace {

using nlohmann::json;

constexpr std::int64_t kLongLife = 7200;
constexpr std::int64_t kLongestLife = 10LL * 24 * 3600;

std::optional<std::int64_t> whole_number(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  if (!found->is_string()) return std::nullopt;
  const auto text = found->get<std::string>();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The issuer's words, cut to what cannot hold a credential: `error` and the AADSTS number.
std::string issuer_error(const http::ClientResponse& answer) {
  std::string out = "status " + std::to_string(answer.status);
  const json body = json::parse(answer.body, nullptr, false);
  if (!body.is_object()) return out;
  if (body.contains("error") && body["error"].is_string()) {
    out += ", " + sanitize_utf8(body["error"].get<std::string>(), 64);
  }
  if (body.contains("error_description") && body["error_description"].is_string()) {
    const auto text = body["error_description"].get<std::string>();
    if (text.compare(0, 6, "AADSTS") == 0) out += ", " + text.substr(0, text.find(':')).substr(0, 16);
  }
  return out;
}

Error failure(const http::ClientResponse& answer) {
  const std::string message = "no token: " + issuer_error(answer);
  if (answer.status == 429) return {Errc::throttled, message};
  const bool passing = answer.status == 404 || answer.status == 410 || answer.status >= 500;
  return {passing ? Errc::unavailable : Errc::unauthenticated, message};
}

}  // namespace

Result<AccessToken> read_token_answer(const http::ClientResponse& answer, UtcTime now) {
  if (answer.status != 200) return failure(answer);
  json body = json::parse(answer.body, nullptr, false);
  const Error malformed{Errc::protocol, "the token answer is malformed"};
  if (!body.is_object() || !body.contains("access_token") || !body["access_token"].is_string()) {
    return malformed;
  }
  auto lifetime = whole_number(body, "expires_in");
  if (!lifetime) {
    const auto expires_on = whole_number(body, "expires_on");
    if (expires_on) lifetime = *expires_on - to_unix_micros(now) / 1'000'000;
  }
  if (!lifetime || *lifetime <= 0 || *lifetime > kLongestLife) return malformed;
  // Refreshed when told, else at half of a long life, else five minutes before the end.
  std::int64_t refresh = *lifetime >= kLongLife ? *lifetime / 2 : std::max<std::int64_t>(*lifetime - 300, *lifetime / 2);
  if (const auto told = whole_number(body, "refresh_in"); told && *told > 0 && *told < *lifetime) {
    refresh = *told;
  }
  std::string& token = body["access_token"].get_ref<std::string&>();
  return AccessToken{Secret(std::move(token)), now + seconds(*lifetime), now + seconds(refresh)};
}

}  // namespace tollgate::credentials
