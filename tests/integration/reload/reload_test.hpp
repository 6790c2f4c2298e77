// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shared_gateway_test.hpp"
#include "test_gateway.hpp"

namespace tollgate::integration {

/// A gateway of its own per test, whose configuration changes while it runs.
class ReloadTest : public testing::Test {
 protected:
  TestGateway& gateway() { return gateway_; }
  BackendImposter& backend() { return gateway_.backend(); }

  /// Applies a change to the configuration in force; the settings that wait for a restart.
  std::vector<std::string> reload(const std::function<void(config::Config&)>& change);

  /// What a client is answered whose request needs no backend.
  static Message ask(RawConnection& client, const ClientRequest& request = {});
  /// A whole exchange with an imposter, which must get exactly that; its record.
  usage::UsageRecord expect_served(RawConnection& client, BackendImposter& imposter,
                                   const ClientRequest& request = {});
  usage::UsageRecord expect_served(RawConnection& client, const ClientRequest& request = {}) {
    return expect_served(client, backend(), request);
  }

  /// How many configurations exchanges still use; waits as long as anything may take until it is so
  /// many.
  bool settles_on(int generations);

  /// A stream in two parts, and the last bytes of the first.
  static const std::string kStreamBegin;
  static const std::string kStreamEnd;
  static constexpr std::string_view kMark = "mark";
  static constexpr std::string_view kNewKey = "client-secret-0new0new";

 private:
  TestGateway gateway_;
};

}  // namespace tollgate::integration
