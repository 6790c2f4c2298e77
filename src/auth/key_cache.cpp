// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "key_cache.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "tollgate/base/errand.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::auth {

namespace asio = boost::asio;

namespace {

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace

bool RefreshPolicy::may_fetch_for_unknown(SteadyTime now) {
  if (now < next_unknown_) return false;
  next_unknown_ = now + kUnknownKey;
  return true;
}

void RefreshPolicy::fetched(SteadyTime now, bool successful) {
  if (successful) last_good_ = now;
  next_ = now + (successful ? kEvery : kAfterFailure);
  if (!successful) next_unknown_ = std::min(next_unknown_, next_);
}

KeyCache::KeyCache(const std::string& authority, const std::string& tenant,
                   http::Transport& transport, const asio::any_io_executor& control)
    : authority_(authority),
      tenant_(tenant),
      transport_(transport),
      control_(control),
      timer_(control),
      fetched_(control) {}

std::shared_ptr<const KeySet> KeyCache::keys() const {
  const std::lock_guard lock(mutex_);
  return policy_.keys_usable(steady_now()) ? keys_ : nullptr;
}

asio::awaitable<void> KeyCache::run() {
  for (;;) {
    co_await join_fetch(true);
    if (stopped_) co_return;
    {
      const std::lock_guard lock(mutex_);
      timer_.expires_at(policy_.next_fetch());
    }
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (stopped_) co_return;
  }
}

void KeyCache::stop() {
  stopped_ = true;
  timer_.cancel();
}

asio::awaitable<std::shared_ptr<const KeySet>> KeyCache::keys_after_refresh() {
  bool may_start = false;
  {
    const std::lock_guard lock(mutex_);
    may_start = policy_.may_fetch_for_unknown(steady_now());
  }
  if (may_start || fetching_) {
    // The waiter may go first: with its worker, when the gateway stops.
    Cancellation never;
    (void)co_await await_elsewhere(control_, join_fetch(may_start), never);
  }
  co_return keys();
}

asio::awaitable<void> KeyCache::join_fetch(bool may_start) {
  if (fetching_) {
    boost::system::error_code ignored;
    co_await fetched_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  } else if (may_start) {
    co_await fetch();
  }
}

asio::awaitable<void> KeyCache::fetch() {
  ++fetches_;
  fetching_ = true;
  fetched_.expires_at(SteadyTime::max());
  Result<KeySet> fetched = co_await fetch_all();
  if (!fetched) {
    telemetry::log::warn("entra.keys_not_fetched",
                         {{"tenant", tenant_}, {"detail", fetched.error().message}});
  }
  {
    const std::lock_guard lock(mutex_);
    policy_.fetched(steady_now(), fetched.has_value());
    if (fetched) keys_ = std::make_shared<const KeySet>(std::move(*fetched));
  }
  fetching_ = false;
  fetched_.cancel();
}

/// The v1 and v2 documents together: which of them a token's key stands in depends on the API's
/// manifest.
asio::awaitable<Result<KeySet>> KeyCache::fetch_all() {
  KeySet all;
  for (const char* version : {"/v2.0", ""}) {
    Result<KeySet> keys = co_await fetch_version(authority_ + "/" + tenant_ + version +
                                                 "/.well-known/openid-configuration");
    if (!keys) co_return keys.error();
    all.merge(*keys);
  }
  co_return all;
}

bool KeyCache::same_origin(const std::string& url) const {
  return url.size() > authority_.size() && url.compare(0, authority_.size(), authority_) == 0 &&
         url[authority_.size()] == '/';
}

asio::awaitable<Result<KeySet>> KeyCache::fetch_version(std::string metadata_url) {
  http::ClientRequest request;
  request.url = std::move(metadata_url);
  const Result<http::ClientResponse> metadata = co_await transport_.send(request);
  if (!metadata) co_return metadata.error();
  const auto document = nlohmann::json::parse(metadata->body, nullptr, false);
  if (metadata->status != 200 || !document.is_object() || !document.contains("jwks_uri") ||
      !document["jwks_uri"].is_string()) {
    co_return Error{Errc::protocol, "the metadata document names no keys (status " +
                                        std::to_string(metadata->status) + ")"};
  }
  request.url = document["jwks_uri"].get<std::string>();
  // Keys come from where the operator said, and from nowhere else (A8).
  if (!same_origin(request.url)) co_return Error{Errc::protocol, "the keys lie at another host"};
  const Result<http::ClientResponse> keys = co_await transport_.send(request);
  if (!keys) co_return keys.error();
  if (keys->status != 200) {
    co_return Error{Errc::protocol, "the key document has status " + std::to_string(keys->status)};
  }
  co_return KeySet::parse(keys->body);
}

}  // namespace tollgate::auth
