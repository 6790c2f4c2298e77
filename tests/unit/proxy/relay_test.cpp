// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "relay.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "upstream/memory_dialer.hpp"

namespace tollgate::proxy {
namespace {

using End = net::MemoryLine::End;

struct ReadOn : Cancellation::Leaving {
  Cancellation::OnLeaving decide() override { return Cancellation::OnLeaving::read_on; }
};

class RelayTest : public testing::Test {
 protected:
  RelayTest() {
    backend_config_.endpoint = "https://east.example";
    auto dialer = std::make_unique<upstream::MemoryDialer>(*context_);
    dialer_ = dialer.get();
    pool_ = std::make_unique<upstream::ConnectionPool>(backend_config_, std::move(dialer));
    cancellation_.ask_on_leaving(&read_on_);
  }
  ~RelayTest() override { context_.reset(); }

  /// The backend's first bytes: the head, and what came with it.
  void begin(const std::string& head, const std::string& with_it = {}) {
    boost::asio::co_spawn(
        *context_, pool_->acquire(cancellation_),
        [this](const std::exception_ptr&, Result<upstream::PooledConnection> got) {
          answer_.connection = std::move(*got);
        });
    run();
    answer_.bytes = head + with_it;
    answer_.head_length = head.size();
    const auto error = http::parse_response_head(
        std::string_view(answer_.bytes).substr(0, head.size()), {}, false, answer_.head);
    ASSERT_FALSE(error.has_value());
    relay_.emplace(answer_, client_stream_, cancellation_, options_);
    boost::asio::co_spawn(*context_, relay_->pump(),
                          [this](const std::exception_ptr&) { pumped_ = true; });
    run();
  }
  void run() {
    context_->restart();
    context_->poll();
  }
  net::MemoryLine& backend() { return *dialer_->lines.back(); }
  void says(std::string_view bytes) {
    backend().arrives(bytes);
    run();
  }
  std::optional<Afterwards> finish() {
    std::optional<Afterwards> out;
    boost::asio::co_spawn(*context_, relay_->finish(),
                          [&](const std::exception_ptr&, Afterwards how) { out = how; });
    run();
    return out;
  }
  void leave() {
    cancellation_.client_left();
    run();
  }
  bool ended(RelayEnd how) const { return pumped_ && relay_->end() == how; }

  std::unique_ptr<boost::asio::io_context> context_ = std::make_unique<boost::asio::io_context>();
  config::Backend backend_config_;
  upstream::MemoryDialer* dialer_ = nullptr;
  std::unique_ptr<upstream::ConnectionPool> pool_;
  std::shared_ptr<net::MemoryLine> client_ = std::make_shared<net::MemoryLine>();
  net::MemoryStream client_stream_{context_->get_executor(), client_};
  ReadOn read_on_;
  Cancellation cancellation_;
  RelayOptions options_;
  upstream::Answer answer_;
  std::optional<Relay> relay_;
  bool pumped_ = false;
};

const std::string kTen = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
const std::string kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(RelayTest, TheHeadLeavesBeforeTheBodyCame) {
  begin(kTen);
  EXPECT_EQ(client_->sent, kTen);
  EXPECT_TRUE(relay_->head_sent());
}

TEST_F(RelayTest, PiecesLeaveAsTheyComeAndTheLastOneWaits) {
  begin(kTen, "abc");
  EXPECT_EQ(client_->sent, kTen + "abc");
  says("def");
  EXPECT_EQ(client_->sent, kTen + "abcdef");
  says("ghij");
  EXPECT_TRUE(ended(RelayEnd::complete));
  EXPECT_EQ(client_->sent, kTen + "abcdef");
  EXPECT_EQ(finish(), Afterwards::keep);
  EXPECT_EQ(client_->sent, kTen + "abcdefghij");
  EXPECT_TRUE(relay_->upstream_reusable());
}

TEST_F(RelayTest, AnAnswerThatCameWithItsHeadWaitsWhole) {
  begin(kTen, "abcdefghij");
  EXPECT_TRUE(ended(RelayEnd::complete));
  EXPECT_EQ(client_->sent, "");
  EXPECT_FALSE(relay_->head_sent());
}

TEST_F(RelayTest, TheBackendsChunksAreNotTheClients) {
  begin(kChunked);
  says("2\r\nab\r\n1\r\n");
  says("c\r\n0\r\n\r\n");
  finish();
  EXPECT_EQ(client_->sent, kChunked + "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
}

TEST_F(RelayTest, ByteAfterTheMessageSpoilsTheConnection) {
  begin(kTen);
  says("abcdefghijHTTP/1.1 200 OK");
  EXPECT_TRUE(ended(RelayEnd::complete));
  EXPECT_FALSE(relay_->upstream_reusable());
}

TEST_F(RelayTest, AnEndBeforeTheEndIsBroken) {
  begin(kTen, "abc");
  backend().ends();
  run();
  EXPECT_TRUE(ended(RelayEnd::upstream_broken));
}

TEST_F(RelayTest, ABackendThatFallsSilentIsLate) {
  options_.timeouts.idle = seconds(7);
  const SteadyTime begun = std::chrono::steady_clock::now();
  begin(kTen, "abc");
  EXPECT_GE(backend().deadline, begun + seconds(7));
  EXPECT_LT(backend().deadline, begun + seconds(17));
  backend().runs_late();
  run();
  EXPECT_TRUE(ended(RelayEnd::upstream_timeout));
}

TEST_F(RelayTest, WaitsForAClientThatDoesNotReadAndThenReadsOnWithoutIt) {
  client_->peer_reads = false;
  begin(kTen, "abc");
  says("def");
  EXPECT_EQ(backend().arriving.size(), 1U) << "nothing is taken that cannot be passed on";
  client_->runs_late();
  run();
  EXPECT_TRUE(relay_->client_is_gone());
  says("ghij");
  EXPECT_TRUE(ended(RelayEnd::complete));
  EXPECT_TRUE(relay_->client_missed_some());
}

TEST_F(RelayTest, ReadsOnForAClientThatHasLeftWithinItsTime) {
  options_.timeouts = {.idle = seconds(60), .drain = seconds(5)};
  begin(kTen, "abc");
  const SteadyTime left = std::chrono::steady_clock::now();
  leave();
  EXPECT_FALSE(pumped_);
  EXPECT_LT(backend().deadline, left + seconds(15));
  says("defghij");
  EXPECT_TRUE(ended(RelayEnd::complete));
  EXPECT_EQ(client_->sent, kTen + "abc");
}

TEST_F(RelayTest, ReadsOnNoMoreThanItMay) {
  options_.timeouts.drain_size = 4;
  begin(kTen, "abc");
  leave();
  says("def");
  EXPECT_FALSE(pumped_);
  says("gh");
  EXPECT_TRUE(ended(RelayEnd::cancelled));
}

TEST_F(RelayTest, CutsOffForAClientThatHasLeftAndPaysForNoMore) {
  cancellation_.ask_on_leaving(nullptr);
  begin(kTen, "abc");
  leave();
  EXPECT_TRUE(ended(RelayEnd::cancelled));
}

TEST_F(RelayTest, EndsWithTheGateway) {
  begin(kTen, "abc");
  cancellation_.stop();
  run();
  EXPECT_TRUE(ended(RelayEnd::cancelled));
  EXPECT_FALSE(relay_->client_is_gone());
}

TEST_F(RelayTest, AClientThatLeavesUponTheLastByteHasMissedNothing) {
  begin(kChunked);
  says("2\r\nab\r\n");
  leave();
  says("0\r\n\r\n");
  EXPECT_TRUE(ended(RelayEnd::complete));
  EXPECT_FALSE(relay_->client_missed_some());
}

TEST_F(RelayTest, WithoutFramingTheConnectionEndsTheAnswer) {
  options_.client_minor_version = 0;
  begin(kChunked);
  says("2\r\nab\r\n0\r\n\r\n");
  EXPECT_EQ(finish(), Afterwards::close);
}

}  // namespace
}  // namespace tollgate::proxy
