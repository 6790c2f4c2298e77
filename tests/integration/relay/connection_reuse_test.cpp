// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// Kept-alive connections to the backend, and what happens when one of them turns out to be dead
// (faults.md U4).
namespace tollgate::integration {
namespace {

class ConnectionReuse : public SharedGatewayTest {
 protected:
  void SetUp() override {
    backend().drop_connections();
    // One exchange leaves the connection that the tests begin with.
    client_.write(ClientRequest().bytes());
    Arrival first = backend().receive();
    kept_ = &first.connection;
    kept_->write(answer());
    client_.read_response();
    connections_ = backend().accepted();
    EXPECT_EQ(gateway().take_records(1).size(), 1U);
  }

  std::string expected() const {
    return ForwardedRequest{.authority = gateway_->backend().authority()}.bytes();
  }
  std::size_t new_connections() { return backend().accepted() - connections_; }

  RawConnection client_ = gateway().connect();
  RawConnection* kept_ = nullptr;
  std::size_t connections_ = 0;
};

TEST_F(ConnectionReuse, TheNextRequestGoesOnTheSameConnectionWhoeverSendsIt) {
  RawConnection other = gateway().connect();
  for (RawConnection* client : {&client_, &other}) {
    client->write(ClientRequest{.key = kCancellingClientKey}.bytes());
    serve(expected());
    EXPECT_EQ(client->read_response().wire, answer());
  }
  EXPECT_EQ(new_connections(), 0U);
  EXPECT_EQ(gateway().take_records(2).size(), 2U);
}

TEST_F(ConnectionReuse, RequestsAtTheSameTimeGetConnectionsOfTheirOwn) {
  RawConnection other = gateway().connect();
  client_.write(ClientRequest().bytes());
  Arrival first = backend().receive();
  other.write(ClientRequest().bytes());
  Arrival second = backend().receive();
  EXPECT_EQ(&first.connection, kept_);
  EXPECT_NE(&second.connection, kept_);
  second.connection.write(answer("X-Which: 2\r\n"));
  EXPECT_EQ(other.read_response().field("x-which"), "2");
  first.connection.write(answer("X-Which: 1\r\n"));
  EXPECT_EQ(client_.read_response().field("x-which"), "1");
  EXPECT_EQ(gateway().take_records(2).size(), 2U);
}

TEST_F(ConnectionReuse, OneThatWasClosedWhileIdleIsNotTried) {
  kept_->close();
  client_.write(ClientRequest().bytes());
  serve(expected());
  EXPECT_EQ(client_.read_response().wire, answer());
  EXPECT_EQ(new_connections(), 1U);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ConnectionReuse, OneThatSaidSomethingUnaskedIsNotTried) {
  kept_->write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
  client_.write(ClientRequest().bytes());
  serve(expected());
  EXPECT_EQ(client_.read_response().wire, answer());
  EXPECT_EQ(new_connections(), 1U);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ConnectionReuse, U4_OneThatClosesUponTheRequestIsReplacedAndTheRequestSentOnceMore) {
  client_.write(ClientRequest().bytes());
  Arrival stale = backend().receive();
  ASSERT_EQ(&stale.connection, kept_);
  stale.connection.close();
  Arrival replay = backend().receive();
  EXPECT_EQ(replay.request.wire, expected());
  EXPECT_EQ(replay.request.wire, stale.request.wire);
  replay.connection.write(answer());
  EXPECT_EQ(client_.read_response().wire, answer());
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);  // one operation, whatever it took
  EXPECT_EQ(records[0].outcome, usage::Outcome::completed);
  // The first may have been worked on, and billed: both are listed.
  ASSERT_EQ(records[0].attempts.size(), 2U);
  EXPECT_TRUE(records[0].attempts[0].sent);
  EXPECT_EQ(records[0].attempts[0].error, "closed");
  EXPECT_EQ(records[0].attempts[0].status, 0);
  EXPECT_TRUE(records[0].attempts[1].sent);
  EXPECT_EQ(records[0].attempts[1].status, 200);
}

TEST_F(ConnectionReuse, U4_OneThatIsResetUponTheRequestIsReplacedToo) {
  client_.write(ClientRequest().bytes());
  Arrival stale = backend().receive();
  ASSERT_EQ(&stale.connection, kept_);
  stale.connection.reset();
  Arrival replay = backend().receive();
  EXPECT_EQ(replay.request.wire, stale.request.wire);
  replay.connection.write(answer());
  EXPECT_EQ(client_.read_response().wire, answer());
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  ASSERT_EQ(records[0].attempts.size(), 2U);
  EXPECT_EQ(records[0].attempts[0].error, "protocol");
  EXPECT_TRUE(records[0].attempts[0].sent);
  EXPECT_EQ(records[0].attempts[1].status, 200);
}

TEST_F(ConnectionReuse, OneThatClosesUnderAClientThatHasGoneIsNotReplaced) {
  client_.write(ClientRequest().bytes());
  Arrival stale = backend().receive();
  client_.close();
  gateway().settle();
  stale.connection.close();
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::client_aborted);
  EXPECT_EQ(new_connections(), 0U);
}

TEST_F(ConnectionReuse, U6_OneThatSaidAnythingAtAllIsNotReplayed) {
  client_.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write("HTTP/1.1 103 Early Hints\r\n\r\n");
  gateway().settle();
  arrival.connection.close();
  expect_refusal(client_.read_response(), 502);
  EXPECT_EQ(new_connections(), 0U);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ConnectionReuse, U4_TheReplacementIsNotReplacedAgain) {
  client_.write(ClientRequest().bytes());
  backend().receive().connection.close();
  backend().receive().connection.close();
  expect_refusal(client_.read_response(), 502);
  EXPECT_EQ(new_connections(), 1U);
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::backend_error);
}

TEST_F(ConnectionReuse, U3_OneThatBreaksOffInsideItsAnswerIsNotReplayed) {
  client_.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write("HTTP/1.1 2");
  arrival.connection.close();
  expect_refusal(client_.read_response(), 502);
  EXPECT_EQ(new_connections(), 0U);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ConnectionReuse, ManyThatWereClosedWhileIdleCostOneRequestNothing) {
  std::vector<RawConnection> clients;
  std::vector<RawConnection*> connections;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(gateway().connect());
    clients.back().write(ClientRequest().bytes());
    connections.push_back(&backend().receive().connection);
  }
  for (RawConnection* connection : connections) connection->write(answer());
  for (RawConnection& client : clients) EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(gateway().take_records(5).size(), 5U);
  for (RawConnection* connection : connections) connection->close();
  client_.write(ClientRequest().bytes());
  serve(expected());
  EXPECT_EQ(client_.read_response().wire, answer());
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

class IdleTimeout : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.backends[0].connections.idle_timeout = milliseconds(100);
    });
  }
};

TEST_F(IdleTimeout, AnIdleConnectionIsClosedInGoodOrder) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(arrival.connection.read_to_end(), "");
  EXPECT_EQ(arrival.connection.end(), End::closed);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

}  // namespace
}  // namespace tollgate::integration
