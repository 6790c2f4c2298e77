// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/auth/key_caches.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "key_cache.hpp"

namespace tollgate::auth {

namespace asio = boost::asio;

namespace {

/// The coroutine's share: a fetch may still be under way when nobody uses the keys any more.
asio::awaitable<void> keep_fresh(std::shared_ptr<KeyCache> cache) { co_await cache->run(); }

}  // namespace

KeyCaches::KeyCaches(http::Transport& transport, asio::any_io_executor control)
    : transport_(transport), control_(std::move(control)) {}

KeyCaches::~KeyCaches() = default;

std::shared_ptr<KeyCache> KeyCaches::find_or_start(const std::string& authority,
                                                   const std::string& tenant) {
  std::erase_if(entries_, [](const Entry& entry) { return entry.cache.expired(); });
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.authority == authority && entry.tenant == tenant;
  });
  if (found != entries_.end()) {
    if (auto cache = found->cache.lock()) return cache;
  }
  auto running = std::make_shared<KeyCache>(authority, tenant, transport_, control_);
  asio::co_spawn(control_, keep_fresh(running), asio::detached);
  // The users' share, apart from the coroutine's: its last owner ends the refreshing.
  std::shared_ptr<KeyCache> in_use(running.get(), [running](KeyCache* cache) { cache->stop(); });
  entries_.push_back({authority, tenant, in_use});
  return in_use;
}

void KeyCaches::stop() {
  for (const Entry& entry : entries_) {
    if (const auto cache = entry.cache.lock()) cache->stop();
  }
}

}  // namespace tollgate::auth
