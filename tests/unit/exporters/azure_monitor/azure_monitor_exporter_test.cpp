// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "azure_monitor/azure_monitor_exporter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "azure_monitor/gzip.hpp"
#include "batch.hpp"
#include "fake_tokens.hpp"
#include "gunzip.hpp"
#include "http/fake_transport.hpp"

namespace tollgate::exporters::azure_monitor {
namespace {

namespace asio = boost::asio;
using http::ClientRequest;

class AzureMonitorExporterTest : public testing::Test {
 protected:
  static config::AzureMonitor settings() {
    config::AzureMonitor out;
    out.endpoint = "https://monitor.example";
    out.rule_id = "dcr-1";
    out.stream = "Custom-T_CL";
    return out;
  }

  SendResult send(const std::vector<std::string>& rows) {
    SendResult out;
    asio::co_spawn(context_, exporter_->send(rows, {UtcTime(seconds(1)), milliseconds(1234)}),
                   [&](const std::exception_ptr&, SendResult result) { out = std::move(result); });
    context_.restart();
    context_.run();
    return out;
  }

  asio::io_context context_;
  std::shared_ptr<FakeTokens> tokens_ = std::make_shared<FakeTokens>();
  http::FakeTransport transport_{context_.get_executor(), [](const ClientRequest&) {
                                   return http::ClientResponse{204, {}, {}};
                                 }};
  std::unique_ptr<Exporter> exporter_ =
      make_exporter(settings(), transport_, tokens_, Quoting::message);
};

TEST_F(AzureMonitorExporterTest, SendsWhatTheApiAsksFor) {
  EXPECT_TRUE(std::holds_alternative<Accepted>(send({R"({"a":1})", R"({"a":2})"})));
  ASSERT_EQ(transport_.requests.size(), 1U);
  const ClientRequest& request = transport_.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url,
            "https://monitor.example/dataCollectionRules/dcr-1/streams/"
            "Custom-T_CL?api-version=2023-01-01");
  EXPECT_EQ(request.timeout, milliseconds(1234));
  EXPECT_EQ(http::find_field(request.fields, "authorization"), "Bearer token-0");
  EXPECT_EQ(http::find_field(request.fields, "content-type"), "application/json");
  EXPECT_EQ(http::find_field(request.fields, "content-encoding"), "gzip");
  EXPECT_TRUE(Uuid::parse(http::find_field(request.fields, "x-ms-client-request-id")));
  EXPECT_EQ(gunzip(request.body), R"([{"a":1},{"a":2}])");
}

TEST_F(AzureMonitorExporterTest, RenewsARefusedTokenOnce) {
  transport_.answer = [](const ClientRequest& request) {
    const bool old = http::find_field(request.fields, "authorization") == "Bearer token-0";
    return http::ClientResponse{old ? 401 : 204, {}, {}};
  };
  EXPECT_TRUE(std::holds_alternative<Accepted>(send({"{}"})));
  EXPECT_EQ(transport_.requests.size(), 2U);
  transport_.answer = [](const ClientRequest&) { return http::ClientResponse{401, {}, {}}; };
  EXPECT_TRUE(std::get<RetryAfter>(send({"{}"})).alarm);
  EXPECT_EQ(transport_.requests.size(), 4U);
}

TEST_F(AzureMonitorExporterTest, UploadsNothingWithoutAToken) {
  tokens_->refusal = Error{Errc::unauthenticated, "AADSTS7000215"};
  const auto result = std::get<RetryAfter>(send({"{}"}));
  EXPECT_TRUE(result.alarm);
  EXPECT_EQ(result.why, "unauthenticated: AADSTS7000215");
  EXPECT_TRUE(transport_.requests.empty());
}

TEST_F(AzureMonitorExporterTest, AFullBatchIsUnderTheServicesLimitRawAndPacked) {
  std::mt19937 random(4711);
  std::vector<Row> rows;
  for (int i = 0; i < 40; ++i) {
    usage::UsageRecord record;
    record.end_user.assign(30'000, 'u');
    for (char& c : record.end_user)
      c = "!#$%&'()*+,-./0123456789:;<=>?@ABC[]^_`abc{|}~"[random() % 46];
    rows.push_back(row_of({i, record}));
  }
  const Batch batch = make_batch(*exporter_, rows);
  ASSERT_LT(batch.rows.size(), rows.size());
  send(batch.rows);
  const std::string& body = transport_.requests.at(0).body;
  const std::string raw = *gunzip(body);
  EXPECT_LE(raw.size(), 1'000'000U);
  EXPECT_GT(raw.size(), 960'000U);
  EXPECT_LT(body.size(), 1'000'000U);
  EXPECT_EQ(nlohmann::json::parse(raw).size(), batch.rows.size());
}

TEST(Gzip, RoundTrips) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string(3'000'000, 'a'), std::string("\0\xFF", 2)}) {
    const Result<std::string> packed = gzip(text);
    ASSERT_TRUE(packed);
    EXPECT_EQ(gunzip(*packed), text);
  }
}

}  // namespace
}  // namespace tollgate::exporters::azure_monitor
