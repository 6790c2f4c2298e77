// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "token_fetcher.hpp"

namespace tollgate::credentials {

/// The caching that every credential shares (azure-protocol.md 5.3): a token is used until two
/// minutes before its end, renewed ahead of it in the background, kept while a renewal fails, and
/// fetched once for all who wait. After a failure the next fetch waits its pause
/// (retry_schedule.hpp); until then callers get that failure at once. Thread-safe; callers may
/// stand on any executor.
class CachingTokenSource : public TokenSource {
 public:
  /// Never hand out a token with less left; a fetched one that has less is a failure.
  static constexpr seconds kLeastLeft{120};
  /// A clock set back by more than this makes what it said before worthless: the token is renewed.
  static constexpr seconds kClockSlack{300};

  /// The fetcher is used on `control` only, which must run one handler at a time. `scope` tells the
  /// sources apart in logs.
  CachingTokenSource(std::unique_ptr<TokenFetcher> fetcher,
                     const boost::asio::any_io_executor& control, std::string scope);
  ~CachingTokenSource() override;

  boost::asio::awaitable<Result<AccessToken>> token(UtcTime now) override;
  /// A fetch in progress is not thrown away: it began after the refused token came.
  void forget() override;

 private:
  struct State;
  class FetchInProgress;

  static boost::asio::awaitable<void> refresh(std::shared_ptr<State> state, UtcTime now);

  std::shared_ptr<State> state_;  // shared with a refresh that may outlive this object
};

}  // namespace tollgate::credentials
