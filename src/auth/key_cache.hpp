// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "key_set.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::auth {

/// When keys are fetched (azure-protocol.md 4.2): pure, time comes in.
class RefreshPolicy {
 public:
  static constexpr seconds kEvery{3600};  ///< in the ordinary course
  static constexpr seconds kAfterFailure{30};
  static constexpr seconds kUnknownKey{300};     ///< at most so often for keys nobody knows
  static constexpr seconds kHardAge{24 * 3600};  ///< last good keys die after this

  /// Whether an unknown key id may start a fetch now; counts as started if so.
  bool may_fetch_for_unknown(SteadyTime now);
  /// A failed fetch lets unknown key ids ask again as soon as the ordinary course does.
  void fetched(SteadyTime now, bool successful);
  SteadyTime next_fetch() const { return next_; }
  bool keys_usable(SteadyTime now) const { return last_good_ && now - *last_good_ < kHardAge; }

 private:
  SteadyTime next_{};
  std::optional<SteadyTime> last_good_;
  SteadyTime next_unknown_{};
};

/// The signing keys of one tenant. Fetches on the control executor, one at a time; lookups read an
/// immutable snapshot from any thread and never wait for a fetch that is not theirs.
class KeyCache {
 public:
  /// `transport` is used on `control` only and outlives the cache.
  KeyCache(const std::string& authority, const std::string& tenant, http::Transport& transport,
           const boost::asio::any_io_executor& control);

  /// Fetches now and keeps refreshing until stop(); spawned on the control executor.
  boost::asio::awaitable<void> run();
  void stop();

  /// The current keys; null before the first success and once they are too old. Two calls return
  /// the same pointer exactly when no fetch succeeded in between.
  std::shared_ptr<const KeySet> keys() const;

  /// For a key id that keys() lacks: joins the fetch in progress, or awaits one if one may be made,
  /// and returns the newest keys. Any thread; completes on the caller's executor.
  boost::asio::awaitable<std::shared_ptr<const KeySet>> keys_after_refresh();

  /// How many fetches were started: for tests and metrics.
  std::uint64_t fetches() const { return fetches_; }

 private:
  boost::asio::awaitable<void> join_fetch(bool may_start);
  boost::asio::awaitable<void> fetch();
  boost::asio::awaitable<Result<KeySet>> fetch_all();
  boost::asio::awaitable<Result<KeySet>> fetch_version(std::string metadata_url);
  bool same_origin(const std::string& url) const;

  std::string authority_;
  std::string tenant_;
  http::Transport& transport_;
  boost::asio::any_io_executor control_;
  boost::asio::steady_timer timer_;    ///< control executor
  boost::asio::steady_timer fetched_;  ///< control executor; cancelled when a fetch ends
  bool stopped_ = false;               ///< control executor
  std::atomic<bool> fetching_{false};  ///< written on the control executor

  mutable std::mutex mutex_;  ///< guards the policy and the snapshot's pointer
  RefreshPolicy policy_;
  std::shared_ptr<const KeySet> keys_;
  std::atomic<std::uint64_t> fetches_{0};
};

}  // namespace tollgate::auth
