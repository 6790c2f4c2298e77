// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/credentials/token_source.hpp"

namespace tollgate::credentials {

/// The caching that every source shares (azure-protocol.md 5.3): a token is used until two minutes before its
/// end, renewed ahead of it in the background, kept while a renewal fails, and fetched once for all who wait.
/// Thread-safe; the inner source runs on `control` only.
class CachingTokenSource : public TokenSource {
 public:
  /// Never hand out a token with less left.
  static constexpr seconds kLeastLeft{120};
  /// Between two failed fetches, so that an outage is not hammered.
  static constexpr seconds kAfterFailure{10};

  CachingTokenSource(std::unique_ptr<TokenSource> inner, boost::asio::any_io_executor control);
  ~CachingTokenSource() override;

  boost::asio::awaitable<Result<AccessToken>> token(UtcTime now) override;
  void forget() override;

 private:
  struct State;

  static boost::asio::awaitable<void> refresh(std::shared_ptr<State> state, UtcTime now);

  std::shared_ptr<State> state_;      // shared with a refresh that may outlive this object
};

}  // namespace tollgate::credentials
