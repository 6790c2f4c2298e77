// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// Backends that refuse the stream_options which the gateway adds: no valid request fails because of
// them.
namespace tollgate::integration {
namespace {

const std::string kPlain = R"({"messages":[],"stream":true})";
const std::string kWithOptions =
    R"({"stream_options":{"include_usage":true},"messages":[],"stream":true})";
const std::string kStream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
    chunk("data: {\"choices\":[]}\n\ndata: [DONE]\n\n") + "0\r\n\r\n";

std::string refusal(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Refused\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Each test asks for an api-version of its own: what was refused is remembered by it.
class RefusedOptions : public SharedGatewayTest {
 protected:
  RawConnection ask(const std::string& version) {
    RawConnection client = gateway().connect();
    client.write(ClientRequest{.line = "POST /openai/deployments/gpt-4o/chat/completions"
                                       "?api-version=" +
                                       version + " HTTP/1.1",
                               .body = kPlain}
                     .bytes());
    return client;
  }
  void answer_next(const std::string& expected_body, const std::string& bytes) {
    Arrival arrival = backend().receive();
    EXPECT_EQ(arrival.request.body, expected_body);
    arrival.connection.write(bytes);
  }
  std::string statuses_of_the_record() {
    const auto records = gateway().take_records(1);
    std::string out;
    if (records.size() != 1) return "no record";
    for (const usage::Attempt& attempt : records[0].attempts) {
      out += (out.empty() ? "" : " ") + std::to_string(attempt.status);
    }
    return out;
  }
};

struct Case {
  int status;
  std::string body;
};

class RefusedOptionsIn : public RefusedOptions, public testing::WithParamInterface<Case> {};

TEST_P(RefusedOptionsIn, AreLeftOutOnceAndFromThenOn) {
  const std::string version = "2025-01-" + std::to_string(10 + GetParam().status % 50);
  RawConnection client = ask(version);
  answer_next(kWithOptions, refusal(GetParam().status, GetParam().body));
  answer_next(kPlain, kStream);
  EXPECT_EQ(client.read_response().wire, kStream);
  EXPECT_EQ(statuses_of_the_record(), std::to_string(GetParam().status) + " 200");
  RawConnection next = ask(version);
  answer_next(kPlain, kStream);
  EXPECT_EQ(next.read_response().wire, kStream);
  EXPECT_EQ(statuses_of_the_record(), "200");
}

INSTANTIATE_TEST_SUITE_P(
    A4, RefusedOptionsIn,
    testing::Values(Case{400, R"({"error":{"message":"Unrecognized request argument supplied"}})"},
                    Case{404, R"({"detail":"Not Found"})"}, Case{405, ""},
                    Case{415, "<html>no</html>"},
                    Case{422, R"({"detail":[{"type":"extra_forbidden","loc":["body"]}]})"}),
    [](const auto& info) { return "status_" + std::to_string(info.param.status); });

TEST_F(RefusedOptions, AFilteredPromptIsNotPaidTwice) {
  const std::string filtered = refusal(400, R"({"error":{"code":"content_filter"}})");
  RawConnection client = ask("2025-02-01");
  answer_next(kWithOptions, filtered);
  EXPECT_EQ(client.read_response().wire, filtered);
  EXPECT_EQ(statuses_of_the_record(), "400");
}

TEST_F(RefusedOptions, ARequestThatIsBadWithoutThemTooTeachesNothing) {
  const std::string bad = refusal(400, R"({"error":{"message":"messages is too short"}})");
  RawConnection client = ask("2025-02-02");
  answer_next(kWithOptions, bad);
  answer_next(kPlain, bad);
  EXPECT_EQ(client.read_response().wire, bad);
  EXPECT_EQ(statuses_of_the_record(), "400 400");
  RawConnection next = ask("2025-02-02");
  answer_next(kWithOptions, kStream);
  next.read_response();
  EXPECT_EQ(statuses_of_the_record(), "200");
}

}  // namespace
}  // namespace tollgate::integration
