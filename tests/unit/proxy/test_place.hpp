// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/proxy/connection_shares.hpp"

namespace tollgate::proxy {

/// A connection's place that is given, or not, as a test says.
class TestPlace : public ConnectionPlace {
 public:
  bool claim(ConnectionShares::Account& account) override {
    claimed = &account;
    return gives;
  }
  bool gives = true;
  const ConnectionShares::Account* claimed = nullptr;
};

}  // namespace tollgate::proxy
