// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caching_token_source.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::credentials {

namespace asio = boost::asio;

struct CachingTokenSource::State {
  State(std::unique_ptr<TokenSource> source, asio::any_io_executor executor)
      : inner(std::move(source)), control(executor), fetched(executor) {
    fetched.expires_at(asio::steady_timer::time_point::max());
  }

  std::unique_ptr<TokenSource> inner;
  asio::any_io_executor control;
  asio::steady_timer fetched;         ///< control executor: cancelled when a fetch ends, for those who wait

  std::mutex mutex;
  std::optional<AccessToken> token;
  std::optional<Error> last_error;
  UtcTime not_before{};               ///< no fetch before this, after a failure
  bool fetching = false;
};

CachingTokenSource::CachingTokenSource(std::unique_ptr<TokenSource> inner,
                                       asio::any_io_executor control)
    : state_(std::make_shared<State>(std::move(inner), std::move(control))) {}

CachingTokenSource::~CachingTokenSource() = default;

void CachingTokenSource::forget() {
  const std::lock_guard lock(state_->mutex);
  state_->token.reset();
}

asio::awaitable<void> CachingTokenSource::refresh(std::shared_ptr<State> state, UtcTime now) {
  // On the control executor. Whoever comes second waits for the first one's result.
  bool wait = false;
  {
    const std::lock_guard lock(state->mutex);
    if (now < state->not_before) co_return;
    wait = std::exchange(state->fetching, true);
  }
  if (wait) {
    boost::system::error_code ignored;
    co_await state->fetched.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return;
  }
  Result<AccessToken> fetched = co_await state->inner->token(now);
  {
    const std::lock_guard lock(state->mutex);
    state->fetching = false;
    if (fetched) {
      state->token = std::move(*fetched);
      state->last_error.reset();
    } else {
      state->last_error = fetched.error();
      state->not_before = now + kAfterFailure;
    }
  }
  state->fetched.cancel();
}

asio::awaitable<Result<AccessToken>> CachingTokenSource::token(UtcTime now) {
  bool renew = false;
  std::optional<AccessToken> usable;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->token && now + kLeastLeft < state_->token->expires_at) {
      usable = state_->token;
      renew = now >= state_->token->refresh_at && !state_->fetching && now >= state_->not_before;
    }
  }
  if (renew) asio::co_spawn(state_->control, refresh(state_, now), asio::detached);
  if (usable) co_return std::move(*usable);
  co_await asio::co_spawn(state_->control, refresh(state_, now), asio::use_awaitable);
  const std::lock_guard lock(state_->mutex);
  if (state_->token && now + kLeastLeft < state_->token->expires_at) co_return *state_->token;
  co_return state_->last_error.value_or(Error{Errc::unavailable, "no token could be fetched"});
}

}  // namespace tollgate::credentials
