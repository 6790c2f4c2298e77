// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "fake_ledger.hpp"
#include "gunzip.hpp"
#include "http/fake_transport.hpp"
#include "telemetry/quiet_log.hpp"
#include "tollgate/exporters/delivery.hpp"

namespace tollgate::exporters {
namespace {

namespace asio = boost::asio;
using http::ClientRequest;
using http::ClientResponse;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class FakeTokens : public credentials::TokenSource {
 public:
  asio::awaitable<Result<credentials::AccessToken>> token(UtcTime now) override {
    if (refusal) co_return *refusal;
    co_return credentials::AccessToken{Secret("token-" + std::to_string(forgotten)),
                                       now + seconds(3600), now};
  }
  void forget() override { ++forgotten; }

  int forgotten = 0;
  std::optional<Error> refusal;
};

/// A delivery whose service accepts everything that `judge` does not refuse.
class DeliveryTest : public testing::Test {
 protected:
  using Ids = std::vector<std::string>;

  static config::AzureMonitor settings() {
    config::AzureMonitor out;
    out.endpoint = "https://monitor.example";
    out.rule_id = "dcr-1";
    out.stream = "Custom-T_CL";
    out.flush_interval = milliseconds(1);
    return out;
  }

  /// Runs until the condition holds; fails when nothing happens for a second, or far too much.
  void run_until(const std::function<bool()>& condition) {
    if (!started_) {
      asio::co_spawn(context_, delivery_->run(seconds(5)),
                     [this](const std::exception_ptr&) { ended_ = true; });
    }
    started_ = true;
    context_.restart();
    while (!condition()) {
      ASSERT_GT(context_.run_one_for(std::chrono::seconds(1)), 0U) << "nothing happens any more";
      ASSERT_LT(uploads_.size(), 1000U) << "it goes round in circles";
    }
  }
  void run_until_empty() {
    run_until([this] { return ledger_.queue().empty(); });
  }
  void run_until_uploads(std::size_t count) {
    run_until([this, count] { return transport_.requests.size() >= count; });
  }
  void stop() {
    delivery_->stop();
    run_until([this] { return ended_; });
  }

  Result<ClientResponse> serve(const ClientRequest& request) {
    Ids ids;
    const auto body = azure_monitor::gunzip(request.body);
    for (const auto& row : nlohmann::json::parse(body.value_or("[]")))
      ids.push_back(row.at("RecordId"));
    uploads_.push_back(ids);
    Result<ClientResponse> answer = judge(ids, request);
    if (answer && answer->status == 204) accepted_.insert(accepted_.end(), ids.begin(), ids.end());
    return answer;
  }
  static Ids record_ids(const std::string& body) {
    constexpr std::string_view kKey = R"("RecordId":")";
    Ids out;
    for (std::size_t at = body.find(kKey); at != std::string::npos; at = body.find(kKey, at + 1)) {
      out.push_back(body.substr(at + kKey.size(), 36));
    }
    return out;
  }
  static Result<ClientResponse> status(int status) { return ClientResponse{status, {}, {}}; }

  Ids queued_ids() const {
    Ids out;
    for (const auto& [sequence, stored] : ledger_.queue()) out.push_back(FakeLedger::id_of(stored));
    return out;
  }
  /// The ids of these records, which are still queued.
  std::set<std::string> ids_of(std::initializer_list<std::int64_t> sequences) const {
    std::set<std::string> out;
    for (const std::int64_t sequence : sequences)
      out.insert(FakeLedger::id_of(ledger_.queue().at(sequence)));
    return out;
  }
  /// Answers so to every body that holds one of these records.
  void refuse(int with_status, std::set<std::string> bad) {
    judge = [with_status, bad = std::move(bad)](const Ids& ids, const ClientRequest&) {
      const bool found =
          std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return bad.count(id) > 0; });
      return status(found ? with_status : 204);
    };
  }

  std::function<Result<ClientResponse>(const Ids&, const ClientRequest&)> judge =
      [](const Ids&, const ClientRequest&) { return status(204); };
  std::vector<Ids> uploads_;
  Ids accepted_;
  telemetry::QuietLog quiet_;
  asio::io_context context_;
  FakeLedger ledger_;
  FakeTokens tokens_;
  http::FakeTransport transport_{context_.get_executor(),
                                 [this](const ClientRequest& request) { return serve(request); }};
  std::unique_ptr<Delivery> delivery_ = make_azure_monitor_delivery(
      settings(), {ledger_, transport_, tokens_, context_.get_executor(), context_.get_executor()});
  bool started_ = false;
  bool ended_ = false;
};

TEST_F(DeliveryTest, SendsWhatTheApiAsksFor) {
  ledger_.add(3);
  const Ids all = queued_ids();
  run_until_empty();
  ASSERT_EQ(transport_.requests.size(), 1U);
  const ClientRequest& request = transport_.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url,
            "https://monitor.example/dataCollectionRules/dcr-1/streams/"
            "Custom-T_CL?api-version=2023-01-01");
  EXPECT_EQ(http::find_field(request.fields, "authorization"), "Bearer token-0");
  EXPECT_EQ(http::find_field(request.fields, "content-type"), "application/json");
  EXPECT_EQ(http::find_field(request.fields, "content-encoding"), "gzip");
  EXPECT_TRUE(Uuid::parse(http::find_field(request.fields, "x-ms-client-request-id")));
  EXPECT_EQ(accepted_, all);
}

TEST_F(DeliveryTest, SendsNothingWithoutRecords) {
  run_until([] { return true; });
  context_.run_for(std::chrono::milliseconds(5));
  stop();
  EXPECT_TRUE(transport_.requests.empty());
}

TEST_F(DeliveryTest, TakesABacklogOldestFirst) {
  ledger_.add(1500);
  const Ids all = queued_ids();
  run_until_empty();
  EXPECT_EQ(accepted_, all);
  EXPECT_LE(uploads_.size(), 3U);
}

TEST_F(DeliveryTest, TakesRecordsThatCameDuringAnUpload) {
  ledger_.add(2);
  judge = [this](const Ids&, const ClientRequest&) {
    if (uploads_.size() == 1) ledger_.add(3);
    return status(204);
  };
  run_until_empty();
  EXPECT_EQ(accepted_.size(), 5U);
  EXPECT_EQ(uploads_.size(), 2U);
}

TEST_F(DeliveryTest, HalvesWhatIsTooLargeDownToTheOneRecord) {
  ledger_.add(40);
  refuse(413, ids_of({17}));
  run_until_empty();
  EXPECT_THAT(ledger_.quarantined, ElementsAre(Pair(17, "status 413")));
  EXPECT_EQ(accepted_.size(), 39U);
  EXPECT_EQ(std::set(accepted_.begin(), accepted_.end()).size(), 39U);
  EXPECT_EQ(uploads_[1].size(), 20U);
  EXPECT_LT(uploads_.size(), 20U);
}

TEST_F(DeliveryTest, QuarantinesARecordThatIsTooLargeToBeSent) {
  usage::UsageRecord record;
  for (int i = 0; i < 40; ++i) record.tags["t" + std::to_string(i)] = std::string(30'000, 't');
  ledger_.add(1);
  ledger_.add(record);
  ledger_.add(1);
  run_until_empty();
  EXPECT_THAT(ledger_.quarantined, ElementsAre(Pair(2, "the record alone is over the size limit")));
  EXPECT_EQ(accepted_.size(), 2U);
}

TEST_F(DeliveryTest, FindsThePoisonRecordsAmongInnocentOnes) {
  ledger_.add(200);
  refuse(400, ids_of({1, 140, 141, 200}));
  run_until([this] { return delivery_->state().alarm; });
  EXPECT_THAT(ledger_.quarantined,
              ElementsAre(Pair(1, "status 400"), Pair(140, "status 400"), Pair(141, "status 400")));
  EXPECT_EQ(accepted_.size(), 196U);
  EXPECT_LT(uploads_.size(), 70U);
  // The last was refused after everything else: only a later record can prove it bad.
  EXPECT_EQ(ledger_.queue().size(), 1U);
  ledger_.add(1);
  stop();
  EXPECT_EQ(ledger_.quarantined.count(200), 1U);
  EXPECT_EQ(accepted_.size(), 197U);
  EXPECT_TRUE(ledger_.queue().empty());
}

TEST_F(DeliveryTest, QuarantinesNothingWhenEverythingIsRefused) {
  ledger_.add(100);
  judge = [](const Ids&, const ClientRequest&) { return status(400); };
  run_until([this] { return delivery_->state().alarm; });
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
  EXPECT_EQ(ledger_.queue().size(), 100U);
  EXPECT_EQ(delivery_->state().last_error, "status 400");
  EXPECT_LT(uploads_.size(), 40U);
  judge = [](const Ids&, const ClientRequest&) { return status(204); };  // the rule has been mended
  stop();
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
  EXPECT_EQ(accepted_.size(), 100U);
  EXPECT_FALSE(delivery_->state().alarm);
}

TEST_F(DeliveryTest, ALoneRefusedRecordWaitsWithAnAlarm) {
  ledger_.add(1);
  judge = [](const Ids&, const ClientRequest&) { return status(400); };
  run_until([this] { return delivery_->state().alarm; });
  EXPECT_EQ(uploads_.size(), 1U);
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
}

TEST_F(DeliveryTest, ALoneRefusedRecordDoesNotHoldUpTheNextWhichConvictsIt) {
  ledger_.add(1);
  refuse(400, ids_of({1}));
  run_until([this] { return delivery_->state().alarm; });
  ledger_.add(1);
  run_until_empty();
  EXPECT_THAT(ledger_.quarantined, ElementsAre(Pair(1, "status 400")));
  EXPECT_EQ(accepted_.size(), 1U);
  EXPECT_EQ(uploads_.size(), 2U);
  EXPECT_FALSE(delivery_->state().alarm);
}

TEST_F(DeliveryTest, ALoneRefusedRecordIsTriedOnceMoreWhenItIsStopped) {
  ledger_.add(1);
  judge = [](const Ids&, const ClientRequest&) { return status(400); };
  run_until([this] { return delivery_->state().alarm; });
  judge = [](const Ids&, const ClientRequest&) { return status(204); };
  stop();
  EXPECT_EQ(accepted_.size(), 1U);
}

TEST_F(DeliveryTest, SendsTheSameRecordsAgainWhenTheAnswerIsLost) {
  ledger_.add(3);
  judge = [this](const Ids&, const ClientRequest&) -> Result<ClientResponse> {
    if (uploads_.size() == 1) return Error{Errc::closed, "reset"};
    return status(204);
  };
  run_until([this] { return delivery_->state().failures == 1; });
  EXPECT_EQ(ledger_.queue().size(), 3U);
  EXPECT_EQ(delivery_->state().last_error, "closed: reset");
  stop();  // also ends the pause
  ASSERT_EQ(uploads_.size(), 2U);
  EXPECT_EQ(uploads_[0], uploads_[1]);
  EXPECT_TRUE(ledger_.queue().empty());
}

TEST_F(DeliveryTest, SendsAgainWhatCouldNotBeMarked) {
  ledger_.add(3);
  ledger_.failing_marks = 1;
  run_until_empty();
  ASSERT_EQ(uploads_.size(), 2U);
  EXPECT_EQ(uploads_[0], uploads_[1]);
  stop();
  EXPECT_EQ(delivery_->state().failures, 1U);
  EXPECT_EQ(delivery_->state().consecutive_failures, 0U);
}

TEST_F(DeliveryTest, RenewsARefusedTokenAtOnce) {
  ledger_.add(1);
  judge = [](const Ids&, const ClientRequest& request) {
    return status(http::find_field(request.fields, "authorization") == "Bearer token-0" ? 401
                                                                                        : 204);
  };
  run_until_empty();
  EXPECT_EQ(uploads_.size(), 2U);
  EXPECT_EQ(tokens_.forgotten, 1);
}

TEST_F(DeliveryTest, KeepsEverythingWhileItMayNotSend) {
  for (const int refusal : {401, 403, 404}) {
    ledger_.add(1);
    judge = [refusal](const Ids&, const ClientRequest&) { return status(refusal); };
    std::unique_ptr<Delivery> delivery = make_azure_monitor_delivery(
        settings(),
        {ledger_, transport_, tokens_, context_.get_executor(), context_.get_executor()});
    delivery_.swap(delivery);
    started_ = false;
    ended_ = false;
    run_until([this] { return delivery_->state().alarm; });
    EXPECT_FALSE(ledger_.queue().empty());
    stop();
    EXPECT_FALSE(ledger_.queue().empty());
  }
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
}

TEST_F(DeliveryTest, UploadsNothingWithoutAToken) {
  ledger_.add(1);
  tokens_.refusal = Error{Errc::unauthenticated, "AADSTS7000215"};
  run_until([this] { return delivery_->state().alarm; });
  EXPECT_TRUE(transport_.requests.empty());
  EXPECT_EQ(delivery_->state().last_error, "unauthenticated: AADSTS7000215");
}

TEST_F(DeliveryTest, TriesOnceMoreWhenItIsStopped) {
  run_until([] { return true; });
  context_.run_for(std::chrono::milliseconds(1));
  ledger_.add(1100);
  stop();
  EXPECT_EQ(accepted_.size(), 1100U);
  for (const ClientRequest& request : transport_.requests) EXPECT_LE(request.timeout, seconds(5));
}

TEST_F(DeliveryTest, DoesNotWaitForAServiceThatFailsWhenItIsStopped) {
  ledger_.add(3);
  judge = [](const Ids&, const ClientRequest&) { return status(503); };
  run_until_uploads(1);
  stop();
  EXPECT_LE(uploads_.size(), 2U);
  EXPECT_EQ(ledger_.queue().size(), 3U);
}

}  // namespace
}  // namespace tollgate::exporters
