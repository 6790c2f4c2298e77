// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "captured_log.hpp"
#include "shared_gateway_test.hpp"

// What becomes of requests while no record can be made: ledger.on_failure.
namespace tollgate::integration {
namespace {

class FullLedger : public testing::Test {
 protected:
  /// Starts a gateway whose ledger is full, and waits until the ledger has noticed.
  void start(config::OnFailure policy) {
    gateway_ = std::make_unique<TestGateway>([&](config::Config& config) {
      config.ledger.max_size = 1;
      config.ledger.on_failure = policy;
    });
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (gateway_->gateway().ledger().stats().database_bytes == 0) {
      ASSERT_LT(std::chrono::steady_clock::now(), until);
      std::this_thread::yield();
    }
  }

  void expect_counted(const std::string& failures) {
    EXPECT_NE(gateway_->metrics().find("\ntollgate_ledger_failures_total " + failures + "\n"),
              std::string::npos)
        << gateway_->metrics();
    EXPECT_EQ(CapturedLog::count("ledger.open_failed"), failures == "0" ? 0 : 1) << "once a minute";
    EXPECT_TRUE(gateway_->take_records(0).empty());
  }

  std::unique_ptr<TestGateway> gateway_;
};

TEST_F(FullLedger, ClosedFailureRefusesWithoutAskingTheBackend) {
  start(config::OnFailure::fail_closed);
  RawConnection client = gateway_->connect();
  for (int i = 0; i < 2; ++i) {  // it says so again and again, on the same connection
    client.write(ClientRequest().bytes());
    const Message response = client.read_response();
    expect_refusal(response, 503);
    EXPECT_EQ(response.field("retry-after"), "5");
  }
  EXPECT_TRUE(gateway_->backend().is_quiet());
  expect_counted("2");
}

TEST_F(FullLedger, OpenFailureServesAndCounts) {
  start(config::OnFailure::fail_open);
  RawConnection client = gateway_->connect();
  for (int i = 0; i < 2; ++i) {
    client.write(ClientRequest().bytes());
    const Arrival arrival = gateway_->backend().receive();
    EXPECT_EQ(arrival.request.wire,
              ForwardedRequest{.authority = gateway_->backend().authority()}.bytes());
    arrival.connection.write(answer());
    EXPECT_EQ(client.read_response().wire, answer());
  }
  expect_counted("2");
}

TEST_F(FullLedger, WhatNeedsNoRecordIsAnsweredAsEver) {
  start(config::OnFailure::fail_closed);
  RawConnection client = gateway_->connect();
  client.write(ClientRequest{.key = "nobody"}.bytes());
  expect_refusal(client.read_response(), 401);
  expect_counted("0");
}

}  // namespace
}  // namespace tollgate::integration
