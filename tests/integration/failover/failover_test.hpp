// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "shared_gateway_test.hpp"
#include "test_gateway.hpp"

namespace tollgate::integration {

/// A gateway of its own per test, in front of three imposters that serve gpt-4o in this order:
/// east, west, north. Each has its deployment's name after it: gpt-4o-west.
class FailoverTest : public testing::Test {
 protected:
  /// Not before the test has said what differs.
  void start(const std::function<void(config::Config&)>& adjust = {});
  void TearDown() override;

  TestGateway& gateway() { return *gateway_; }
  BackendImposter& east() { return gateway_->backend(); }
  BackendImposter& west() { return west_; }
  BackendImposter& north() { return north_; }

  /// A new client that has sent its request.
  RawConnection ask(const ClientRequest& request = {});
  /// A client's request up to its whole answer, which the imposter gives; checks that it received
  /// it unchanged but for what differs by target.
  void expect_served_by(BackendImposter& imposter, const std::string& name);

  /// The next request at this imposter, which must be the deployment's.
  Arrival receive(BackendImposter& imposter, const std::string& name);
  /// The next request there, answered.
  void answer_with(BackendImposter& imposter, const std::string& bytes);
  /// The one record since the last call.
  usage::UsageRecord take_record();

  static std::string status_answer(int status, std::string_view fields = {},
                                   std::string_view body = "{}");

 private:
  simulator::CertificateAuthority authority_;
  TemporaryDirectory directory_;
  BackendImposter west_{authority_};
  BackendImposter north_{authority_};
  std::unique_ptr<TestGateway> gateway_;
};

/// "east 429 after 20000" for each, joined by ", ".
std::string text_of(const std::vector<usage::Attempt>& attempts);

}  // namespace tollgate::integration
