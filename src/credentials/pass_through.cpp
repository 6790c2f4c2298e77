// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "pass_through.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tollgate/base/base64.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::credentials {
namespace {

constexpr std::string_view kBearer = "Bearer ";

/// Three parts or (encrypted) five, nothing but base64url in them, a JSON object in the first.
bool is_token(std::string_view value) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  };
  const auto dots = std::count(value.begin(), value.end(), '.');
  if ((dots != 2 && dots != 4) || !std::all_of(value.begin(), value.end(), allowed)) return false;
  const auto header = from_base64url(value.substr(0, value.find('.')));
  return header && !header->empty() && header->front() == '{' && nlohmann::json::accept(*header);
}

}  // namespace

boost::asio::awaitable<Result<CredentialHeader>> PassThroughAuthorizer::header(
    UtcTime, std::string_view caller_authorization) {
  const bool bearer = iequals(caller_authorization.substr(0, kBearer.size()), kBearer);
  if (!bearer || !is_token(caller_authorization.substr(kBearer.size()))) {
    co_return Error{Errc::not_found, "the caller brought no Entra token to pass on"};
  }
  co_return CredentialHeader{"authorization", Secret(std::string(caller_authorization))};
}

}  // namespace tollgate::credentials
