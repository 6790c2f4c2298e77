// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caching_token_source.hpp"

#include <mutex>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "retry_schedule.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::credentials {

namespace asio = boost::asio;

struct CachingTokenSource::State {
  State(std::unique_ptr<TokenFetcher> given, const asio::any_io_executor& executor,
        std::string given_scope)
      : fetcher(std::move(given)),
        control(executor),
        fetched(executor),
        scope(std::move(given_scope)) {
    fetched.expires_at(asio::steady_timer::time_point::max());
  }

  // All with the mutex held.
  bool usable(UtcTime now) const { return token && now + kLeastLeft < token->expires_at; }
  bool clock_set_back(UtcTime now) const { return now + kClockSlack < fetched_at; }
  bool due(UtcTime now) const {
    if (fetching) return false;
    if (clock_set_back(now)) return true;
    return now >= not_before && (!usable(now) || now >= token->refresh_at);
  }
  void settle(FetchResult result, UtcTime now);

  const std::unique_ptr<TokenFetcher> fetcher;
  const asio::any_io_executor control;
  asio::steady_timer
      fetched;              ///< control executor: cancelled when a fetch ends, for those who wait
  const std::string scope;  ///< for logs

  std::mutex mutex;
  std::optional<AccessToken> token;
  /// Of the last fetch; unlike `token` it outlives forget(), for those who were waiting for it.
  Result<AccessToken> outcome = Error{Errc::unavailable, "no token has been fetched yet"};
  UtcTime fetched_at{};   ///< when the last fetch ended
  UtcTime not_before{};   ///< no fetch before this, after a failure
  unsigned failures = 0;  ///< in a row
  bool fetching = false;
};

void CachingTokenSource::State::settle(FetchResult result, UtcTime now) {
  if (result && result->expires_at <= now + kLeastLeft) {
    result = FetchFailure(Error{Errc::protocol, "the issuer gave a token that is about to end"});
  }
  std::unique_lock lock(mutex);
  fetched_at = now;
  if (result) {
    failures = 0;
    not_before = {};
    outcome = *result;
    token = std::move(*result);
    return;
  }
  const FetchFailure failure = result.error();
  outcome = failure.error;
  not_before = now + pause_after(failure, ++failures);
  const bool bridged = usable(now);
  lock.unlock();
  telemetry::log::warn("token.fetch_failed", {{"scope", scope},
                                              {"error", to_string(failure.error.code)},
                                              {"detail", failure.error.message},
                                              {"last_token", bridged ? "still good" : "none"}});
}

/// Ends the fetch on every way out, an exception and a destroyed coroutine included: a flag left
/// set would keep everybody waiting for ever.
class CachingTokenSource::FetchInProgress {
 public:
  explicit FetchInProgress(State& state) : state_(state) {}
  FetchInProgress(const FetchInProgress&) = delete;
  FetchInProgress& operator=(const FetchInProgress&) = delete;
  ~FetchInProgress() {
    const std::lock_guard lock(state_.mutex);
    state_.fetching = false;
    state_.fetched.cancel();
  }

 private:
  State& state_;
};

CachingTokenSource::CachingTokenSource(std::unique_ptr<TokenFetcher> fetcher,
                                       const asio::any_io_executor& control, std::string scope)
    : state_(std::make_shared<State>(std::move(fetcher), control, std::move(scope))) {}

CachingTokenSource::~CachingTokenSource() = default;

void CachingTokenSource::forget() {
  const std::lock_guard lock(state_->mutex);
  state_->token.reset();
}

asio::awaitable<void> CachingTokenSource::refresh(std::shared_ptr<State> state, UtcTime now) {
  // On the control executor: nothing runs between the look at `fetching` and the wait.
  bool wait = false;
  {
    const std::lock_guard lock(state->mutex);
    wait = state->fetching;
    // Asked again here: while this refresh was on its way, another may have brought what it was
    // sent for.
    if (!wait && !state->due(now)) co_return;
    if (!wait) state->outcome = Error{Errc::internal, "the fetch of a token was broken off"};
    state->fetching = true;
  }
  if (wait) {
    boost::system::error_code ignored;
    co_await state->fetched.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return;
  }
  const FetchInProgress in_progress(*state);
  const SteadyTime began = std::chrono::steady_clock::now();
  FetchResult result = co_await state->fetcher->fetch(now);
  // A pause counts from the end: a fetch that timed out has used up most of it otherwise.
  const auto took = std::chrono::steady_clock::now() - began;
  state->settle(std::move(result), now + std::chrono::duration_cast<UtcTime::duration>(took));
}

asio::awaitable<Result<AccessToken>> CachingTokenSource::token(UtcTime now) {
  bool due = false;
  std::optional<AccessToken> usable;
  {
    const std::lock_guard lock(state_->mutex);
    due = state_->due(now);
    if (state_->usable(now)) usable = state_->token;
  }
  if (usable) {
    if (due) asio::co_spawn(state_->control, refresh(state_, now), asio::detached);
    co_return std::move(*usable);
  }
  // The waiter may go first: with its worker, when the gateway stops.
  Cancellation never;
  (void)co_await await_elsewhere(state_->control, refresh(state_, now), never);
  const std::lock_guard lock(state_->mutex);
  if (state_->usable(now)) co_return *state_->token;
  co_return state_->outcome;
}

}  // namespace tollgate::credentials
