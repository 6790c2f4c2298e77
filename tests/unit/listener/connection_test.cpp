// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "proxy/pipeline_world.hpp"

// Whole client connections in memory, the real pipeline behind them.
namespace tollgate::listener {
namespace {

using End = net::MemoryLine::End;

const std::string kBody = R"({"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})";
const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
    std::to_string(kBody.size()) + "\r\n\r\n" + kBody;
const std::string kRequest =
    "POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21 HTTP/1.1\r\n"
    "Host: gateway\r\nContent-Length: 2\r\n\r\n{}";

class ConnectionTest : public proxy::PipelineWorld {
 protected:
  ~ConnectionTest() override {
    sweep_.reset();  // its timer is the context's
    destroy();
  }

  /// A client has connected.
  void connect() {
    generation_ =
        std::make_shared<Generation>(Generation{1, config_.limits, pipeline(), {Reception{}}});
    shares_.change_limit(10);
    connections_.admit();
    connection_ = std::make_unique<Connection>(
        *client_stream_, boost::asio::ip::make_address("192.0.2.1"), 0,
        Service{generation_, *sweep_, connections_, metrics_.worker(0), handshake_lines_});
    boost::asio::co_spawn(*context_, connection_->run(nullptr),
                          [this](const std::exception_ptr& thrown) {
                            thrown_ = thrown;
                            over_ = true;
                            connection_.reset();
                          });
    run();
  }
  void client_sends(std::string_view bytes) {
    client_->arrives(bytes);
    run();
  }

  ConnectionSet connections_{shares_};
  telemetry::log::LineBudget handshake_lines_;
  std::unique_ptr<net::DeadlineSweep> sweep_ = std::make_unique<net::DeadlineSweep>(*context_);
  std::shared_ptr<const Generation> generation_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, ServesOneRequestAfterTheOther) {
  connect();
  client_sends(kRequest);
  backend_says(kAnswer);
  EXPECT_EQ(client_got(), kAnswer);
  client_sends(kRequest);
  backend_says(kAnswer);
  EXPECT_EQ(client_got(), kAnswer + kAnswer);
  EXPECT_EQ(dialers_[0]->lines.size(), 1U) << "and the backend's connection as well";
  EXPECT_FALSE(over_);
}

TEST_F(ConnectionTest, ServesARequestThatCameBehindAnotherOne) {
  connect();
  client_sends(kRequest + kRequest);
  backend_says(kAnswer);
  backend_says(kAnswer);
  EXPECT_EQ(client_got(), kAnswer + kAnswer);
}

TEST_F(ConnectionTest, IsItsClientsOnceARequestHasShownThatAndRefusedWhereThatHasItsShare) {
  proxy::ConnectionShares::Account& retail = shares_.account("retail");
  connect();
  shares_.assign_instead(retail);
  shares_.change_limit(1);
  client_sends(kRequest);
  EXPECT_EQ(client_got().substr(0, 12), "HTTP/1.1 429");
  EXPECT_NE(client_got().find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_EQ(retail.held, 1U) << "the other one's";
  EXPECT_TRUE(entries_.empty()) << "no backend was asked";
}

TEST_F(ConnectionTest, TakesAHeadByteByByte) {
  connect();
  for (const char byte : kRequest) client_sends({&byte, 1});
  backend_says(kAnswer);
  EXPECT_EQ(client_got(), kAnswer);
}

TEST_F(ConnectionTest, EndsWhenTheClientDoes) {
  connect();
  client_leaves();
  EXPECT_TRUE(over_);
  EXPECT_EQ(client_->own, End::closed);
  EXPECT_EQ(client_got(), "");
  EXPECT_EQ(shares_.total(), 0U);
}

TEST_F(ConnectionTest, AnswersWhatIsNoHttpAndEnds) {
  connect();
  client_sends("NONSENSE\r\n\r\n");
  EXPECT_EQ(client_got().substr(0, 12), "HTTP/1.1 400");
  EXPECT_FALSE(over_) << "reads on a little, so that closing does not destroy the answer";
  client_leaves();
  EXPECT_TRUE(over_);
}

TEST_F(ConnectionTest, TellsAClientThatItsHeadIsLate) {
  connect();
  client_sends("POST / HT");
  client_->runs_late();
  run();
  EXPECT_EQ(client_got().substr(0, 12), "HTTP/1.1 408");
}

TEST_F(ConnectionTest, SaysNothingToAClientThatIdledTooLong) {
  connect();
  client_->runs_late();
  run();
  EXPECT_TRUE(client_->sending_ended);
  EXPECT_FALSE(over_) << "reads on a little: a request may be on its way";
  client_->runs_late();
  run();
  EXPECT_TRUE(over_);
  EXPECT_EQ(client_->own, End::closed);
  EXPECT_EQ(client_got(), "");
}

TEST_F(ConnectionTest, ClosesBehindAnAnswerWhereTheClientWantsThat) {
  connect();
  std::string request = kRequest;
  request.insert(request.find("Content-Length"), "Connection: close\r\n");
  client_sends(request);
  backend_says(kAnswer);
  EXPECT_NE(client_got().find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(over_);
  EXPECT_EQ(client_->own, End::closed);
}

TEST_F(ConnectionTest, ResetsWhatWasCutOff) {
  connect();
  client_sends(kRequest);
  backend_says(kAnswer.substr(0, kAnswer.size() - 3));
  backend().ends(End::reset);
  run();
  EXPECT_TRUE(over_);
  EXPECT_EQ(client_->own, End::reset);
}

TEST_F(ConnectionTest, DrainingEndsAnIdleOneAtOnceAndABusyOneBehindItsAnswer) {
  connect();
  client_sends(kRequest);
  connections_.drain();
  run();
  EXPECT_FALSE(over_);
  backend_says(kAnswer);
  EXPECT_TRUE(over_);
  EXPECT_NE(client_got().find(kBody), std::string::npos);
  EXPECT_TRUE(connections_.empty());
}

TEST_F(ConnectionTest, AbortingEndsABusyOneWithItsRecord) {
  connect();
  client_sends(kRequest);
  connections_.abort();
  run();
  EXPECT_TRUE(over_);
  EXPECT_EQ(client_->own, End::reset);
  ASSERT_EQ(entries_.size(), 5U);  // one of each book
  EXPECT_EQ(to_string(record().outcome), "interrupted");
}

}  // namespace
}  // namespace tollgate::listener
