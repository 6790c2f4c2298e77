// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "test_gateway.hpp"

namespace tollgate::integration {

/// How a text is split into segments.
enum class Delivery { whole, byte_by_byte, random_pieces };

/// Sends the text so. False: the gateway stopped taking it.
bool send(RawConnection& connection, std::string_view text, Delivery delivery);

/// A fixture whose tests share one gateway. Each must leave it as it found it: the backend has
/// received no more than the test has taken, and the ledger holds no more records.
class SharedGatewayTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { gateway_ = std::make_unique<TestGateway>(); }
  static void TearDownTestSuite() { gateway_.reset(); }
  void TearDown() override;

  TestGateway& gateway() { return *gateway_; }
  BackendImposter& backend() { return gateway_->backend(); }

  /// Takes the one request that must have arrived, checks its bytes and answers it.
  void serve(const std::string& expected_request, const std::string& answer_bytes = answer());

  static std::unique_ptr<TestGateway> gateway_;
};

/// A refusal of the gateway's own: its status and OpenAI's error shape with the request's id.
void expect_refusal(const Message& response, int status);

}  // namespace tollgate::integration
