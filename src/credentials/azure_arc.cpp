// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "azure_arc.hpp"

#include <algorithm>
#include <utility>

#include "credential_file.hpp"
#include "token_answer.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::credentials {
namespace {

constexpr std::size_t kLargestKey = 4096;

Error refused(const char* why) { return {Errc::protocol, why}; }

}  // namespace

Result<std::string> arc_key_path(std::string_view challenge, std::string_view directory) {
  constexpr std::string_view kScheme = "Basic realm=";
  constexpr std::string_view kSuffix = ".key";
  if (!iequals(challenge.substr(0, kScheme.size()), kScheme)) {
    return refused("the Azure Arc agent's challenge names no key file");
  }
  std::string_view path = trim(challenge.substr(kScheme.size()));
  if (path.size() >= 2 && path.front() == '"' && path.back() == '"') {
    path = path.substr(1, path.size() - 2);
  }
  const bool inside = path.size() > directory.size() + 1 + kSuffix.size() &&
                      path.starts_with(directory) && path[directory.size()] == '/';
  const std::string_view name = inside ? path.substr(directory.size() + 1) : "";
  // Without a slash the name cannot lead out of the directory.
  const bool own_file = name.find('/') == std::string_view::npos && name.ends_with(kSuffix);
  if (!inside || !own_file)
    return refused("the Azure Arc agent names a file that is not one of its keys");
  return std::string(path);
}

AzureArcFetcher::AzureArcFetcher(http::ClientRequest request, std::string directory,
                                 http::Transport& transport)
    : request_(std::move(request)), directory_(std::move(directory)), transport_(transport) {}

Result<http::ClientRequest> AzureArcFetcher::answer_to(
    const http::ClientResponse& challenge) const {
  const auto path =
      arc_key_path(http::find_field(challenge.fields, "www-authenticate"), directory_);
  if (!path) return path.error();
  const Result<Secret> key = read_credential_file(*path, kLargestKey, Links::refuse);
  if (!key) return key.error();
  const std::string_view text = trim(key->reveal());
  const auto visible = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (text.empty() || !std::all_of(text.begin(), text.end(), visible)) {
    return refused("the Azure Arc agent's key file holds no key");
  }
  http::ClientRequest out = request_;
  out.fields.emplace_back("Authorization", std::string("Basic ").append(text));
  return out;
}

boost::asio::awaitable<FetchResult> AzureArcFetcher::fetch(UtcTime now) {
  const Result<http::ClientResponse> challenge = co_await transport_.send(request_);
  if (!challenge) co_return challenge.error();
  if (challenge->status != 401) co_return read_token_answer(*challenge, now);
  Result<http::ClientRequest> proven = answer_to(*challenge);
  if (!proven) co_return proven.error();
  const Result<http::ClientResponse> answer = co_await transport_.send(std::move(*proven));
  if (!answer) co_return answer.error();
  co_return read_token_answer(*answer, now);
}

}  // namespace tollgate::credentials
