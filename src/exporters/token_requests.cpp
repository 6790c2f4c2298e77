// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "token_requests.hpp"

#include <string>
#include <utility>

namespace tollgate::exporters {

namespace asio = boost::asio;

namespace {

constexpr int kUnauthorized = 401;

void hide(std::string& text, std::string_view secret) {
  constexpr std::string_view kHidden = "***";
  if (secret.empty()) return;
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + kHidden.size())) {
    text.replace(at, secret.size(), kHidden);
  }
}

}  // namespace

asio::awaitable<Result<http::ClientResponse>> TokenRequests::try_once(http::ClientRequest request,
                                                                      UtcTime now) {
  const Result<credentials::AccessToken> token = co_await tokens_->token(now);
  if (!token) co_return token.error();
  const std::string_view shown = token->value.reveal();
  request.fields.emplace_back("Authorization", std::string("Bearer ").append(shown));
  Result<http::ClientResponse> answer = co_await transport_.send(std::move(request));
  if (!answer) co_return answer.error();
  hide(answer->body, shown);
  for (auto& [name, value] : answer->fields) hide(value, shown);
  co_return answer;
}

asio::awaitable<Result<http::ClientResponse>> TokenRequests::send(
    const http::ClientRequest& request, UtcTime now) {
  Result<http::ClientResponse> answer = co_await try_once(request, now);
  if (!answer || answer->status != kUnauthorized) co_return answer;
  tokens_->forget();
  answer = co_await try_once(request, now);
  co_return answer;
}

}  // namespace tollgate::exporters
