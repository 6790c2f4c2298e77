// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "analyzer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "http/fake_transport.hpp"

namespace tollgate::capture {
namespace {

namespace asio = boost::asio;
using http::ClientRequest;
using http::ClientResponse;
using nlohmann::json;

class AnalyzerTest : public testing::Test {
 protected:
  AnalyzerTest() {
    settings_.url = "http://127.0.0.1:5002/analyze";
    settings_.parallel = 2;
    settings_.entities = {"PERSON"};
  }

  void make() {
    auto transport =
        std::make_unique<http::FakeTransport>(context_.get_executor(), [](const ClientRequest&) {
          return ClientResponse{200, {}, "[]"};
        });
    transport_ = transport.get();
    analyzer_ =
        std::make_shared<Analyzer>(settings_, std::move(transport), context_.get_executor());
  }

  using Answer = std::optional<Result<Inquiry::Findings>>;
  /// Begins to ask; the answer comes when the context runs.
  std::shared_ptr<Answer> begin(std::vector<std::string> pieces, const char* client = "retail") {
    auto out = std::make_shared<Answer>();
    asio::co_spawn(context_, analyzer_->ask(client, std::move(pieces)),
                   [out](const std::exception_ptr& thrown, Result<Inquiry::Findings> result) {
                     EXPECT_EQ(thrown, nullptr);
                     *out = std::move(result);
                   });
    context_.restart();
    context_.poll();
    return out;
  }
  void run() {
    context_.restart();
    context_.run();
  }

  config::ExternalRedactor settings_;
  asio::io_context context_;
  http::FakeTransport* transport_ = nullptr;
  std::shared_ptr<Analyzer> analyzer_;
};

TEST_F(AnalyzerTest, AsksAboutEachPieceAndKeepsTheirOrder) {
  make();
  transport_->answer = [](const ClientRequest& request) {
    const auto size = json::parse(request.body)["text"].get<std::string>().size();
    return ClientResponse{
        200,
        {},
        json{{{"entity_type", "PERSON"}, {"start", 0}, {"end", size}, {"score", 1}}}.dump()};
  };
  const auto answer = begin({"a", "bb", "ccc"});
  run();
  ASSERT_TRUE(*answer && **answer);
  ASSERT_EQ((**answer)->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ((***answer)[i].at(0).end, i + 1);
  const ClientRequest& request = transport_->requests.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, settings_.url);
  EXPECT_EQ(http::find_field(request.fields, "content-type"), "application/json");
  EXPECT_EQ(json::parse(request.body)["entities"], json({"PERSON"}));
  EXPECT_LE(request.timeout, settings_.timeout);
}

TEST_F(AnalyzerTest, NothingToAskIsAnsweredAtOnce) {
  make();
  const auto answer = begin({});
  ASSERT_TRUE(*answer && **answer);
  EXPECT_TRUE((**answer)->empty());
}

TEST_F(AnalyzerTest, NoMoreRequestsAtOnceThanAllowedOverAllWhoAsk) {
  make();
  transport_->hold();
  const auto first = begin({"a", "b", "c"});
  const auto second = begin({"d", "e"});
  EXPECT_EQ(transport_->requests.size(), 2U);
  transport_->release();
  run();
  EXPECT_TRUE(*first && **first);
  EXPECT_TRUE(*second && **second);
  EXPECT_EQ(transport_->requests.size(), 5U);
}

TEST_F(AnalyzerTest, ClientsTakeTurnsHoweverManyTextsEachHas) {
  settings_.parallel = 1;
  make();
  transport_->hold();
  const auto first = begin({"a", "b"}, "flood");
  const auto second = begin({"c", "d"}, "flood");
  const auto neighbour = begin({"n"}, "neighbour");
  transport_->release();
  run();
  ASSERT_EQ(transport_->requests.size(), 5U);
  std::string order;
  for (const ClientRequest& request : transport_->requests)
    order += json::parse(request.body)["text"].get<std::string>();
  EXPECT_LE(order.find('n'), 2U) << order;
}

TEST_F(AnalyzerTest, OneWrongAnswerIsNoAnswer) {
  make();
  for (const auto& [wrong, code] : std::vector<std::pair<Result<ClientResponse>, Errc>>{
           {ClientResponse{500, {}, "Ann"}, Errc::unavailable},
           {ClientResponse{204, {}, ""}, Errc::unavailable},
           {ClientResponse{302, {}, ""}, Errc::unavailable},
           {ClientResponse{200, {}, "<html>Ann"}, Errc::protocol},
           {ClientResponse{200, {}, R"([{"entity_type":"P","start":0,"end":9,"score":1}])"},
            Errc::protocol},
           {Error{Errc::closed, "gone"}, Errc::closed},
           {Error{Errc::too_large, "large"}, Errc::too_large}}) {
    transport_->answer = [&, count = 0](const ClientRequest&) mutable -> Result<ClientResponse> {
      if (++count == 2) return wrong;
      return ClientResponse{200, {}, "[]"};
    };
    const auto answer = begin({"I am Ann", "b", "c"});
    run();
    ASSERT_TRUE(*answer);
    ASSERT_FALSE(**answer);
    EXPECT_EQ((**answer).error().code, code);
    EXPECT_EQ((**answer).error().message.find("Ann"), std::string::npos) << "no content in it";
  }
  transport_->answer = [](const ClientRequest&) { return ClientResponse{200, {}, "[]"}; };
  const auto answer = begin({"a", "b", "c"});
  run();
  EXPECT_TRUE(*answer && **answer) << "every place has been given back";
}

TEST_F(AnalyzerTest, TheTimeIsForAllOfThemAndForWhoWaitsForAPlace) {
  settings_.timeout = milliseconds(20);
  make();
  transport_->hold();
  const auto first = begin({"a", "b", "c"});
  const auto second = begin({"d"});
  while (!*first || !*second) ASSERT_GT(context_.run_one_for(std::chrono::seconds(5)), 0U);
  EXPECT_EQ((**first).error().code, Errc::timeout);
  EXPECT_EQ((**second).error().code, Errc::timeout);
  EXPECT_EQ(transport_->requests.size(), 2U);
  transport_->release();
  run();
  const auto third = begin({"e"});
  run();
  EXPECT_TRUE(*third && **third) << "what came late is nobody's, and its places are free";
}

TEST_F(AnalyzerTest, WhoWaitsWhenTheGatewayStopsIsToldSo) {
  make();
  transport_->hold();
  const auto before = begin({"a", "b", "c"});
  analyzer_->hurry();
  context_.restart();
  context_.poll();
  ASSERT_TRUE(*before);
  EXPECT_EQ((**before).error().code, Errc::cancelled);
  const auto after = begin({"d"});
  ASSERT_TRUE(*after);
  EXPECT_EQ((**after).error().code, Errc::cancelled);
  transport_->release();
  run();
}

}  // namespace
}  // namespace tollgate::capture
