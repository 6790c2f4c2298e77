// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tollgate/credentials/token_source.hpp"

namespace tollgate::exporters {

/// Tokens that tell how often the one before was given up.
class FakeTokens : public credentials::TokenSource {
 public:
  boost::asio::awaitable<Result<credentials::AccessToken>> token(UtcTime now) override {
    if (refusal) co_return *refusal;
    co_return credentials::AccessToken{Secret("token-" + std::to_string(forgotten)),
                                       now + seconds(3600), now};
  }
  void forget() override { ++forgotten; }

  int forgotten = 0;
  std::optional<Error> refusal;
};

}  // namespace tollgate::exporters
