// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "login.hpp"

#include <algorithm>
#include <utility>

#include "command_writer.hpp"
#include "pipeline.hpp"
#include "tollgate/base/base64.hpp"

namespace tollgate::redis {

namespace asio = boost::asio;

namespace {

Secret auth_command(const std::string& user, std::string_view password) {
  std::string bytes;
  if (user.empty()) {
    write_command(bytes, {"AUTH", password});
  } else {
    write_command(bytes, {"AUTH", user, password});
  }
  Secret out(bytes);
  wipe(bytes);
  return out;
}

}  // namespace

Login::Login(std::string user, Secret password, std::shared_ptr<credentials::TokenSource> tokens)
    : user_(std::move(user)), password_(std::move(password)), tokens_(std::move(tokens)) {}

asio::awaitable<boost::system::result<Proof, Failure>> Login::proof(UtcTime now) {
  // The server closes a connection whose token has ended: it gets the next one well before.
  constexpr seconds kEarly{180};
  if (!tokens_) {
    if (password_.empty()) co_return Proof{};
    co_return Proof{auth_command(user_, password_.reveal())};
  }
  const Result<credentials::AccessToken> token = co_await tokens_->token(now);
  if (!token)
    co_return Failure{FailureKind::unauthenticated, false, "no token: " + token.error().message};
  const std::string user = user_.empty() ? object_id_of(token->value.reveal()) : user_;
  if (user.empty())
    co_return Failure{FailureKind::unauthenticated, false,
                      "the token does not say whom it is for: set user to the object id"};
  co_return Proof{auth_command(user, token->value.reveal()),
                  std::min(token->refresh_at, token->expires_at - kEarly)};
}

void Login::refused() {
  if (tokens_) tokens_->forget();
}

std::string object_id_of(std::string_view token) {
  constexpr std::string_view kClaim = "\"oid\":\"";
  const std::size_t begin = token.find('.');
  if (begin == std::string_view::npos) return {};
  const std::size_t end = token.find('.', begin + 1);
  const auto claims = from_base64url(token.substr(begin + 1, end - begin - 1));
  const std::size_t at = claims ? claims->find(kClaim) : std::string::npos;
  if (at == std::string::npos) return {};
  const std::size_t from = at + kClaim.size();
  const std::string id = claims->substr(from, claims->find('"', from) - from);
  // A GUID and nothing else.
  const bool plain = std::ranges::all_of(
      id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-'; });
  constexpr std::size_t kGuid = 36;
  return plain && id.size() == kGuid ? id : std::string();
}

}  // namespace tollgate::redis
