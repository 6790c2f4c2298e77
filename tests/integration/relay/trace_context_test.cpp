// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "captured_log.hpp"
#include "shared_gateway_test.hpp"

// The W3C trace context of a request: what of it the backend receives, and what the record keeps.
namespace tollgate::integration {
namespace {

const std::string kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kParent = "traceparent: 00-" + kTraceId + "-00f067aa0ba902b7-01\r\n";
const std::string kState = "tracestate: rojo=00f067aa0ba902b7,congo=t61rcWkgMzE\r\n";

class TraceContext : public SharedGatewayTest {
 protected:
  /// The record of a request with these fields, of which the backend must receive those.
  usage::UsageRecord sent(const std::string& fields, const std::string& received) {
    RawConnection client = gateway().connect();
    client.write(ClientRequest{.fields = fields}.bytes());
    serve(ForwardedRequest{.authority = backend().authority(), .fields = received}.bytes());
    EXPECT_EQ(client.read_response().wire, answer());
    return gateway().take_records(1).at(0);
  }
};

TEST_F(TraceContext, PassesAndItsTraceFindsTheRecord) {
  EXPECT_EQ(sent(kParent + kState, kParent + kState).correlation_id, kTraceId);
  gateway().settle();
  EXPECT_NE(CapturedLog::text().find("\"correlation_id\":\"" + kTraceId + "\""), std::string::npos);
}

TEST_F(TraceContext, TheClientsOwnIdGoesBeforeTheTrace) {
  const std::string own = "x-ms-client-request-id: mine\r\n";
  EXPECT_EQ(sent(own + kParent, own + kParent).correlation_id, "mine");
}

TEST_F(TraceContext, MalformedItIsDropped) {
  EXPECT_EQ(sent("traceparent: 00-00-00-01\r\n" + kState, "").correlation_id, "");
  EXPECT_EQ(sent(kParent + kParent + kState, "").correlation_id, "");
  EXPECT_EQ(sent(kParent + "tracestate: no state\r\n", kParent).correlation_id, kTraceId);
  EXPECT_EQ(sent(kState, "").correlation_id, "");
}

}  // namespace
}  // namespace tollgate::integration
