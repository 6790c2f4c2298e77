// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "append_blob/append_blob_exporter.hpp"
#include "append_blob/fake_container.hpp"
#include "azure_monitor/azure_monitor_exporter.hpp"
#include "azure_monitor/gunzip.hpp"
#include "batch.hpp"
#include "fake_ledger.hpp"
#include "fake_tokens.hpp"
#include "http/fake_transport.hpp"
#include "json_lines/json_lines_exporter.hpp"
#include "ledger/temp_directory.hpp"
#include "telemetry/quiet_log.hpp"
#include "tollgate/exporters/delivery.hpp"

// What every exporter holds to, whatever its destination. A new kind is one more Destination, and a
// line at the end.
namespace tollgate::exporters {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using nlohmann::json;

/// The far end of an exporter, as the suite wants it.
class Destination {
 public:
  virtual ~Destination() = default;
  virtual std::unique_ptr<Exporter> make(asio::io_context& context) = 0;
  virtual void go_down() = 0;
  /// From now on it refuses for good what it gets. False: this kind takes whatever it can write.
  virtual bool refuse() { return false; }
  virtual void come_back() = 0;
  /// Everything that has arrived whole, in its order: a record's columns each.
  virtual std::vector<json> rows() = 0;
};

class MonitorDestination : public Destination {
 public:
  std::unique_ptr<Exporter> make(asio::io_context& context) override {
    transport_ = std::make_unique<http::FakeTransport>(
        context.get_executor(),
        [this](const http::ClientRequest& request) -> Result<http::ClientResponse> {
          if (status_ != 204) return echo(request);
          for (const json& row : json::parse(*azure_monitor::gunzip(request.body))) {
            rows_.push_back(row);
          }
          return http::ClientResponse{204, {}, {}};
        });
    config::AzureMonitor settings;
    settings.endpoint = "https://monitor.example";
    return azure_monitor::make_exporter(settings, *transport_, std::make_shared<FakeTokens>(),
                                        azure_monitor::Quoting::message);
  }
  void go_down() override { status_ = 503; }
  bool refuse() override {
    status_ = 400;
    return true;
  }
  void come_back() override { status_ = 204; }
  std::vector<json> rows() override { return rows_; }

 private:
  /// With everything that it was sent, as a proxy may answer.
  http::ClientResponse echo(const http::ClientRequest& request) const {
    const std::string said(http::find_field(request.fields, "Authorization"));
    EXPECT_NE(said.find("token-"), std::string::npos);
    const json body = {{"error", {{"code", "Echo"}, {"message", "you said " + said}}}};
    return {status_, {{"X-Echo", said}}, body.dump()};
  }

  int status_ = 204;
  std::vector<json> rows_;
  std::unique_ptr<http::FakeTransport> transport_;
};

class BlobDestination : public Destination {
 public:
  std::unique_ptr<Exporter> make(asio::io_context& context) override {
    transport_ = std::make_unique<http::FakeTransport>(
        context.get_executor(),
        [this](const http::ClientRequest& request) -> Result<http::ClientResponse> {
          Result<http::ClientResponse> out = storage_.answer(request);
          const std::string said(http::find_field(request.fields, "Authorization"));
          EXPECT_NE(said.find("token-"), std::string::npos);
          if (out && out->status >= 400) out->fields = {{"x-ms-error-code", "you said " + said}};
          return out;
        });
    config::AppendBlob settings;
    settings.container = "https://acct.example/container";
    return append_blob::make_exporter(settings, "gw", *transport_, std::make_shared<FakeTokens>());
  }
  void go_down() override { storage_.status = 503; }
  bool refuse() override {
    storage_.status = 413;
    storage_.of_appends = true;
    return true;
  }
  void come_back() override { storage_.status = 0; }
  std::vector<json> rows() override {
    std::vector<json> out;
    for (const auto& [name, blob] : storage_.blobs) {
      std::istringstream in(blob.text);
      for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
    }
    return out;
  }

 private:
  append_blob::FakeContainer storage_;
  std::unique_ptr<http::FakeTransport> transport_;
};

class LinesDestination : public Destination {
 public:
  explicit LinesDestination(config::LineFormat format) : format_(format) {}

  std::unique_ptr<Exporter> make(asio::io_context&) override {
    config::JsonLines settings;
    settings.directory = directory_ / "lines";
    settings.format = format_;
    return json_lines::make_exporter(settings);
  }
  /// A file stands where the directory should be.
  void go_down() override {
    if (fs::exists(path())) fs::rename(path(), path() + ".away");
    std::ofstream(path()) << "in the way";
  }
  void come_back() override {
    fs::remove(path());
    if (fs::exists(path() + ".away")) fs::rename(path() + ".away", path());
  }
  std::vector<json> rows() override {
    std::vector<json> out;
    std::set<std::string> files;
    if (fs::is_directory(path())) {
      for (const auto& entry : fs::directory_iterator(path())) files.insert(entry.path());
    }
    for (const std::string& file : files) {
      std::ifstream in(file);
      for (std::string line; std::getline(in, line);) {
        const json event = json::parse(line);
        out.push_back(format_ == config::LineFormat::rows ? event : unwrap(event));
      }
    }
    return out;
  }

 private:
  static json unwrap(const json& event) {
    EXPECT_EQ(event.at("specversion"), "1.0");
    EXPECT_EQ(event.at("id"), event.at("data").at("RecordId"));
    EXPECT_EQ(event.at("time"), event.at("data").at("EventTime"));
    EXPECT_EQ(event.at("type"), "tollgate.usage");
    EXPECT_FALSE(event.at("source").get<std::string>().empty());
    return event.at("data");
  }
  std::string path() const { return directory_ / "lines"; }

  config::LineFormat format_;
  ledger::TempDirectory directory_;
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Destination>()> make;
};

class Conformance : public testing::TestWithParam<Kind> {
 protected:
  static usage::UsageRecord record(int number) {
    usage::UsageRecord out;
    out.event_time = UtcTime(seconds(1'794'000'000 + number));
    out.record_id = make_uuid_v7(out.event_time);
    out.client_name = "line\nfeed \"quoted\" \xff";
    out.tokens.total = number;
    return out;
  }
  std::vector<std::string> rows_for(int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) {
      const usage::UsageRecord one = record(i);
      ids_.push_back(one.record_id.to_string());
      out.push_back(exporter_->encode(row_of({i, one})));
    }
    return out;
  }
  SendResult send(const std::vector<std::string>& rows) {
    SendResult out;
    asio::co_spawn(context_, exporter_->send(rows, {UtcTime(seconds(1'794'000'000)), seconds(5)}),
                   [&](const std::exception_ptr& thrown, SendResult result) {
                     EXPECT_EQ(thrown, nullptr);
                     out = std::move(result);
                   });
    context_.restart();
    context_.run();
    return out;
  }
  std::vector<std::string> arrived() {
    std::vector<std::string> out;
    for (const json& row : destination_->rows()) out.push_back(row.at("RecordId"));
    return out;
  }

  telemetry::QuietLog quiet_;
  asio::io_context context_;
  std::unique_ptr<Destination> destination_ = GetParam().make();
  std::unique_ptr<Exporter> exporter_ = destination_->make(context_);
  std::vector<std::string> ids_;
};

TEST_P(Conformance, EncodesARecordAsOneLineOfJsonWithItsColumns) {
  const usage::UsageRecord one = record(7);
  const std::string row = exporter_->encode(row_of({7, one}));
  EXPECT_EQ(row.find('\n'), std::string::npos);
  EXPECT_EQ(exporter_->encode(row_of({7, one})), row) << "pure";
  ASSERT_TRUE(std::holds_alternative<Accepted>(send({row})));
  EXPECT_EQ(destination_->rows().at(0), json::parse(usage::to_json(one)));
}

TEST_P(Conformance, AcceptedMeansThatEveryRowHasArrivedInItsOrder) {
  const auto rows = rows_for(50);
  ASSERT_TRUE(std::holds_alternative<Accepted>(send(rows)));
  EXPECT_EQ(arrived(), ids_);
}

TEST_P(Conformance, ADestinationThatIsDownIsTriedAgainAndHasNothingInPart) {
  const auto rows = rows_for(3);
  destination_->go_down();
  const SendResult result = send(rows);
  ASSERT_TRUE(std::holds_alternative<RetryAfter>(result));
  EXPECT_FALSE(std::get<RetryAfter>(result).why.empty());
  EXPECT_EQ(std::get<RetryAfter>(result).why.find("token-"), std::string::npos) << "no secret";
  destination_->come_back();
  EXPECT_TRUE(arrived().empty());
  ASSERT_TRUE(std::holds_alternative<Accepted>(send(rows)));
  EXPECT_EQ(arrived(), ids_);
}

TEST_P(Conformance, WhatIsRejectedHasNotArrivedInPartAndTheReasonHoldsNoSecret) {
  const auto rows = rows_for(3);
  const bool refuses = destination_->refuse();
  const SendResult result = send(rows);
  if (!refuses) {
    EXPECT_TRUE(std::holds_alternative<Accepted>(result)) << "this kind refuses nothing for good";
    return;
  }
  ASSERT_TRUE(std::holds_alternative<Rejected>(result));
  const auto& rejected = std::get<Rejected>(result);
  EXPECT_FALSE(rejected.why.empty());
  EXPECT_EQ(rejected.why.find("token-"), std::string::npos) << "no secret";
  for (const std::size_t place : rejected.which) EXPECT_LT(place, rows.size());
  destination_->come_back();
  EXPECT_TRUE(arrived().empty());
  ASSERT_TRUE(std::holds_alternative<Accepted>(send(rows)));
  EXPECT_EQ(arrived(), ids_);
}

TEST_P(Conformance, WhatIsSentTwiceArrivesWithTheSameIds) {
  const auto rows = rows_for(2);
  ASSERT_TRUE(std::holds_alternative<Accepted>(send(rows)));
  ASSERT_TRUE(std::holds_alternative<Accepted>(send(rows)));
  EXPECT_EQ(arrived(), (std::vector{ids_[0], ids_[1], ids_[0], ids_[1]}));
}

TEST_P(Conformance, TakesABatchThatIsAsFullAsItMayBe) {
  usage::UsageRecord large = record(1);
  large.end_user.assign(8'000, 'u');
  const std::vector<Row> many(3000, row_of({1, large}));
  const Batch batch = make_batch(*exporter_, many);
  ASSERT_GT(batch.rows.size(), 1U);
  ASSERT_LT(batch.rows.size(), many.size());
  EXPECT_TRUE(std::holds_alternative<Accepted>(send(batch.rows)));
  EXPECT_EQ(destination_->rows().size(), batch.rows.size());
}

TEST_P(Conformance, ADeliveryLosesNothingWhileItIsDown) {
  FakeLedger ledger;
  ledger.add(25);
  std::set<std::string> expected;
  for (const auto& [sequence, stored] : ledger.queue()) expected.insert(FakeLedger::id_of(stored));
  destination_->go_down();
  bool ended = false;
  const auto delivery =
      make_delivery("one", milliseconds(1), std::move(exporter_), make_record_source(ledger, "one"),
                    {context_.get_executor(), context_.get_executor(), context_.get_executor()});
  asio::co_spawn(context_, delivery->run(seconds(5)),
                 [&](const std::exception_ptr&) { ended = true; });
  context_.restart();
  while (delivery->status().failures == 0) {
    ASSERT_GT(context_.run_one_for(std::chrono::seconds(5)), 0U);
  }
  EXPECT_EQ(ledger.queue().size(), 25U);
  destination_->come_back();
  delivery->stop();
  while (!ended) ASSERT_GT(context_.run_one_for(std::chrono::seconds(5)), 0U);
  EXPECT_TRUE(ledger.queue().empty());
  const auto found = arrived();
  EXPECT_EQ(std::set(found.begin(), found.end()), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Exporters, Conformance,
    testing::Values(
        Kind{"azure_monitor", [] { return std::make_unique<MonitorDestination>(); }},
        Kind{"append_blob", [] { return std::make_unique<BlobDestination>(); }},
        Kind{"json_lines",
             [] { return std::make_unique<LinesDestination>(config::LineFormat::rows); }},
        Kind{"json_lines_cloud_events",
             [] { return std::make_unique<LinesDestination>(config::LineFormat::cloud_events); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tollgate::exporters
