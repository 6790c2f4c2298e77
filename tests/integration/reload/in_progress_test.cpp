// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reload_test.hpp"

// Exchanges that a reload meets on their way: they finish on the configuration that they began
// with.
namespace tollgate::integration {
namespace {

class ReloadInProgress : public ReloadTest {
 protected:
  /// A client that has the first part of its stream, and the backend's connection to send the rest
  /// on.
  RawConnection& begin_stream(RawConnection& client) {
    client.write(ClientRequest().bytes());
    const Arrival arrival = backend().receive();
    arrival.connection.write(kStreamBegin);
    EXPECT_NE(client.read_through(kMark).find(kMark), std::string::npos);
    return arrival.connection;
  }

  static void forget_everything(config::Config& config) {
    config.clients.erase(config.clients.begin());
    config.models[0].name = "another";
    config.models[0].targets[0].backend = "moved";
    config.backends[0].name = "moved";
    config.backends[0].region = "westus";
    config.backends[0].endpoint = "https://localhost:1";
  }
};

TEST_F(ReloadInProgress, AStreamFinishesAsItBegan) {
  RawConnection client = gateway().connect();
  RawConnection& stream = begin_stream(client);
  reload(forget_everything);
  EXPECT_TRUE(settles_on(2)) << "the stream keeps its own";
  stream.write(kStreamEnd);
  EXPECT_TRUE(client.read_through("[DONE]").ends_with("[DONE]"));
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::completed);
  EXPECT_EQ(records[0].client_name, "drains");
  EXPECT_EQ(records[0].backend, "east");
  EXPECT_EQ(records[0].backend_region, "eastus");
  EXPECT_EQ(records[0].tokens.total, 12);
  EXPECT_TRUE(settles_on(1)) << "and gives it up at its end";
}

TEST_F(ReloadInProgress, TheConnectionServesTheNextRequestOnTheNewTerms) {
  RawConnection client = gateway().connect();
  RawConnection& stream = begin_stream(client);
  reload(forget_everything);
  stream.write(kStreamEnd);
  client.read_through("0\r\n\r\n");
  expect_refusal(ask(client), 401);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ReloadInProgress, ARequestThatWaitsForItsAnswerGetsIt) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  const Arrival arrival = backend().receive();
  reload(forget_everything);
  arrival.connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(gateway().take_records(1).at(0).backend, "east");
}

TEST_F(ReloadInProgress, AHeadThatIsHalfThereBelongsToTheNewTerms) {
  RawConnection client = gateway().connect();
  const std::string bytes = ClientRequest().bytes();
  client.write(bytes.substr(0, 30));
  gateway().settle();
  reload(forget_everything);
  client.write(bytes.substr(30));
  expect_refusal(client.read_response(), 401);
}

TEST_F(ReloadInProgress, IdleConnectionsToBackendsAreClosed) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write(answer());
  client.read_response();
  reload([](config::Config& c) { c.gateway.name = "renamed"; });
  EXPECT_EQ(arrival.connection.read_to_end(), "");
  EXPECT_EQ(arrival.connection.end(), End::closed);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
  expect_served(client);
}

TEST_F(ReloadInProgress, SoIsTheConnectionOfTheLastStream) {
  RawConnection client = gateway().connect();
  RawConnection& stream = begin_stream(client);
  reload([](config::Config& c) { c.gateway.name = "renamed"; });
  stream.write(kStreamEnd);
  client.read_through("0\r\n\r\n");
  EXPECT_EQ(stream.read_to_end(), "");
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ReloadInProgress, ATargetsRestOutlivesAReload) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  backend().receive().connection.write(
      "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 600\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(client.read_response().status(), 429);
  reload([](config::Config& c) { c.gateway.name = "renamed"; });
  expect_refusal(ask(client), 429);
  EXPECT_TRUE(backend().is_quiet());
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ReloadInProgress, ADrainAfterAReloadLosesNothing) {
  RawConnection client = gateway().connect();
  RawConnection& stream = begin_stream(client);
  reload([](config::Config& c) { c.gateway.name = "renamed"; });
  RawConnection other = gateway().connect();
  RawConnection& second = begin_stream(other);
  stream.write(kStreamEnd);
  second.write(kStreamEnd);
  gateway().gateway().stop(kPatience);
  EXPECT_TRUE(client.read_to_end().ends_with("0\r\n\r\n"));
  EXPECT_TRUE(other.read_to_end().ends_with("0\r\n\r\n"));
  const auto records = gateway().take_records(2);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].tokens.total, 12);
  EXPECT_EQ(records[1].tokens.total, 12);
}

}  // namespace
}  // namespace tollgate::integration
