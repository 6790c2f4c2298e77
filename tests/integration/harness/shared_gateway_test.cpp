// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "shared_gateway_test.hpp"

#include <nlohmann/json.hpp>
#include <random>

namespace tollgate::integration {

std::unique_ptr<TestGateway> SharedGatewayTest::gateway_;

bool send(RawConnection& connection, std::string_view text, Delivery delivery) {
  if (delivery == Delivery::whole) return connection.write(text);
  if (delivery == Delivery::byte_by_byte) return connection.write_byte_by_byte(text);
  const unsigned seed = std::random_device{}();
  testing::Test::RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, 1 + random() % 200);
    if (!connection.write(piece)) return false;
    text.remove_prefix(piece.size());
  }
  return true;
}

void SharedGatewayTest::TearDown() {
  EXPECT_TRUE(backend().is_quiet()) << "the backend received more than it should";
  EXPECT_TRUE(gateway().take_records(0).empty()) << "the ledger holds more than it should";
  if (HasFailure()) backend().drop_connections();
}

void SharedGatewayTest::serve(const std::string& expected_request,
                              const std::string& answer_bytes) {
  const Arrival arrival = backend().receive();
  EXPECT_EQ(arrival.request.wire, expected_request);
  EXPECT_TRUE(arrival.connection.write(answer_bytes));
}

void expect_refusal(const Message& response, int status) {
  EXPECT_EQ(response.status(), status) << response.wire;
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  ASSERT_TRUE(body.is_object() && body.contains("error")) << response.wire;
  const auto& error = body["error"];
  EXPECT_FALSE(error.value("message", "").empty());
  EXPECT_FALSE(error.value("type", "").empty());
  EXPECT_FALSE(error.value("code", "").empty());
  EXPECT_EQ(error.value("request_id", "?"), response.field("x-request-id"));
}

}  // namespace tollgate::integration
