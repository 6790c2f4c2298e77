// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "captured_log.hpp"
#include "shared_gateway_test.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/telemetry/line_budget.hpp"

// A request that is refused before it becomes an operation has no record: its line in the log is
// all that tells an operator why a client is not served.
namespace tollgate::integration {
namespace {

using nlohmann::json;

class RefusalLine : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.models.push_back({.name = "gpt-5", .targets = {{.backend = "east"}}});
      config.clients[0].models = std::vector<std::string>{"gpt-4o"};
    });
  }

  static std::vector<json> lines() {
    std::vector<json> out;
    std::istringstream text(CapturedLog::text());
    for (std::string line; std::getline(text, line);) {
      json entry = json::parse(line);
      if (entry.at("event") == "request.refused") out.push_back(std::move(entry));
    }
    return out;
  }

  /// The one line that the request left.
  json line_of(const ClientRequest& request, int status) {
    CapturedLog::clear();
    RawConnection client = gateway().connect();
    client.write(request.bytes());
    const Message answer = client.read_response();
    expect_refusal(answer, status);
    const std::vector<json> found = lines();
    EXPECT_EQ(found.size(), 1U);
    if (found.size() != 1) return {};
    EXPECT_EQ(found[0].at("level"), "info");
    EXPECT_EQ(found[0].at("status"), status);
    EXPECT_EQ(found[0].at("request_id"), answer.field("x-request-id"));
    EXPECT_EQ(found[0].at("caller_ip"), "127.0.0.1");
    EXPECT_EQ(found[0].at("left_out"), 0);
    return found[0];
  }

  static std::string post(const std::string& path) { return "POST " + path + " HTTP/1.1"; }
  static std::string words(const json& line) {
    std::string out;
    for (const char* field : {"client", "operation", "requested_model", "error_code", "detail"}) {
      out.append(line.at(field).get<std::string>()).append("|");
    }
    return out;
  }
};

TEST_F(RefusalLine, SaysWhichModelAClientMayNotUse) {
  const json line = line_of({.line = post("/openai/v1/chat/completions"),
                             .fields = "x-ms-client-request-id: client-17\r\n",
                             .body = R"({"model":"gpt-5","messages":[]})"},
                            403);
  EXPECT_EQ(words(line),
            "drains|ChatCompletions_Create|gpt-5|PermissionDenied|the client may not use the "
            "model|");
  EXPECT_EQ(line.at("correlation_id"), "client-17");
}

TEST_F(RefusalLine, SaysWhichModelIsUnknown) {
  EXPECT_EQ(
      words(line_of({.line = post("/openai/deployments/gpt-9/embeddings?api-version=1")}, 404)),
      "drains|Embeddings_Create|gpt-9|DeploymentNotFound|unknown model|");
}

TEST_F(RefusalLine, SaysWhichOperationIsClosed) {
  EXPECT_EQ(words(line_of({.line = post("/openai/v1/threads")}, 403)),
            "drains|Threads_Create||OperationNotEnabled|This operation is not enabled on this "
            "gateway.|");
}

TEST_F(RefusalLine, SaysWhatElseIsRefused) {
  const json stranger = line_of({.key = "wrong"}, 401);
  EXPECT_EQ(stranger.at("client"), "");
  EXPECT_FALSE(stranger.at("detail").get<std::string>().empty());
  const json unknown = line_of({.line = post("/openai/nothing%20/x?key=k")}, 404);
  EXPECT_EQ(unknown.at("client"), "drains");
  EXPECT_EQ(unknown.at("method"), "POST");
  EXPECT_EQ(unknown.at("path"), "/openai/nothing%20/x");
  EXPECT_EQ(line_of({.line = "GET " + std::string(kTarget) + " HTTP/1.1"}, 405).at("status"), 405);
  EXPECT_EQ(words(line_of({.body = R"({"model":"a","model":"b"})"}, 400)).substr(0, 42),
            "drains|ChatCompletions_Create|gpt-4o|BadRe");
  const json invalid = line_of({.line = "POST /a b HTTP/1.1"}, 400);
  EXPECT_EQ(invalid.at("client"), "");
  EXPECT_EQ(invalid.at("method"), "") << "nothing is known of it";
}

TEST_F(RefusalLine, HoldsNoMoreOfARequestThanItMay) {
  const std::string secret = "k-5ecret-of-a-query";
  const std::string model = std::string(3000, 'm') + "\\n{\\\"event\\\":\\\"forged\\\"}";
  const json line = line_of({.line = post("/openai/v1/chat/completions?note=" + secret),
                             .body = R"({"model":")" + model + R"(","messages":[]})"},
                            404);
  EXPECT_EQ(line.at("requested_model").get<std::string>().size(), 256U);
  EXPECT_EQ(CapturedLog::text().find(secret), std::string::npos);
  EXPECT_EQ(CapturedLog::count("forged"), 0U);
}

TEST_F(RefusalLine, HoldsNoCredentialOfAPath) {
  const std::string key(kClientKey);
  // Its first character as %XX.
  std::string coded = "%" + to_hex(key.substr(0, 1)) + key.substr(1);
  const std::string path =
      "/" + key + "/" + coded + "/x-sk-live-0123456789/" + std::string(3000, 'a');
  const std::string said = line_of({.line = post(path), .key = "a stranger's"}, 401).at("path");
  EXPECT_EQ(said.substr(0, 43), "/(a credential)/(a credential)/(hidden)/aaa");
  const json method = line_of({.line = key + " / HTTP/1.1", .key = "a stranger's"}, 401);
  EXPECT_EQ(method.at("method"), "(a credential)");
  EXPECT_EQ(said.size(), 256U);
}

// Of a key with a slash each piece was shown.
TEST_F(RefusalLine, HoldsNoCredentialOfSeveralSegments) {
  const json line = line_of({.line = post("/v2/" + std::string(kKeyWithSlashes)), .key = "x"}, 401);
  EXPECT_EQ(line.at("path"), "(a credential)");
}

// A key in the place of the model, by mistake: its own, or another client's.
TEST_F(RefusalLine, HoldsNoCredential) {
  // Among other words, too. Few lines: a client has ten a second.
  const std::string among = "Bearer%20" + std::string(kClientKey);
  for (const std::string_view key :
       {std::string_view(among), std::string_view(kCancellingClientKey)}) {
    const std::string path =
        "/openai/deployments/" + std::string(key) + "/embeddings?api-version=1";
    EXPECT_EQ(line_of({.line = post(path)}, 404).at("requested_model"), "(a credential)");
  }
  for (const std::string_view key : {kClientKey, kCancellingClientKey})
    EXPECT_EQ(CapturedLog::text().find(key), std::string::npos);
}

TEST_F(RefusalLine, OfOneClientDoNotCrowdOutAnothers) {
  CapturedLog::clear();
  constexpr int kMany = 5 * telemetry::log::LineBudget::kLines;
  RawConnection client = gateway().connect();
  const std::string unknown = post("/openai/deployments/gpt-9/embeddings?api-version=1");
  for (int i = 0; i < kMany; ++i) {
    client.write(ClientRequest{.line = unknown, .key = kCancellingClientKey}.bytes());
    expect_refusal(client.read_response(), 404);
  }
  EXPECT_LT(lines().size(), kMany) << "unless the machine took seconds for them";
  EXPECT_GE(lines().size(), telemetry::log::LineBudget::kLines);
  EXPECT_EQ(line_of({.line = unknown}, 404).at("client"), "drains");
}

TEST_F(RefusalLine, IsNoneWhereARecordTells) {
  CapturedLog::clear();
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  backend().receive().connection.reset();
  expect_refusal(client.read_response(), 502);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
  EXPECT_TRUE(lines().empty());
}

}  // namespace
}  // namespace tollgate::integration
