// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "captured_log.hpp"
#include "shared_gateway_test.hpp"

// More clients than the gateway may or can serve (faults.md H22).
namespace tollgate::integration {
namespace {

constexpr std::size_t kMost = 3;
constexpr std::size_t kWorkers = 2;  // the limit is for all of them together

/// Each worker accepts for itself: of so many failures, one worker alone had at least three.
constexpr std::size_t kFailures = 2 * kWorkers + 1;

class ConnectionLimits : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.gateway.workers = kWorkers;
      config.limits.connections = kMost;
    });
  }

  /// Of so few no client may have all: the last is another's.
  static std::string_view key_of(std::size_t connection) {
    return connection + 1 == kMost ? kCancellingClientKey : kClientKey;
  }

  void expect_served(RawConnection& client, std::string_view key = kClientKey) {
    client.write(ClientRequest{.key = key}.bytes());
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    EXPECT_EQ(client.read_response().wire, answer());
    EXPECT_EQ(gateway().take_records(1).size(), 1U);
  }

  /// Waits until the metrics page has the line.
  void await_metric(const std::string& line) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (gateway().metrics().find("\n" + line + "\n") == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << gateway().metrics();
    }
  }
};

TEST_F(ConnectionLimits, OneOverTheLimitIsClosedUnservedUntilAnotherLeaves) {
  std::vector<RawConnection> clients;
  for (std::size_t i = 0; i < kMost; ++i)
    expect_served(clients.emplace_back(gateway().connect()), key_of(i));
  RawConnection late = gateway().connect();
  EXPECT_EQ(late.read_to_end(), "");
  EXPECT_NE(late.end(), End::open);
  await_metric("tollgate_connections_refused_total 1");

  clients.pop_back();
  await_metric("tollgate_connections_open 2");
  RawConnection next = gateway().connect();
  expect_served(next, kCancellingClientKey);
}

/// While it lives, this process can open no further descriptor, but in the place of one that some
/// other thread closes: fill() takes those.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    fillers_.reserve(kMostFillers);
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;
  ~NoDescriptorsLeft() {
    for (const int filler : fillers_) ::close(filler);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

  void fill() {
    while (fillers_.size() < kMostFillers) {
      const int filler = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      if (filler < 0) return;
      fillers_.push_back(filler);
    }
  }

 private:
  static constexpr std::size_t kMostFillers = 100;

  rlimit before_{};
  std::vector<int> fillers_;
};

/// Connects, and tells whether the gateway kept failing to take a connection; false: it took this
/// one, because a descriptor was closed late, which is used up by that.
bool kept_waiting(RawConnection& client, std::uint16_t port, NoDescriptorsLeft& hold) {
  hold.fill();
  client.connect_to(port);
  client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (CapturedLog::count("listener.accept_failed") < kFailures) {
    hold.fill();
    if (client.readable(milliseconds(1))) return false;
    if (std::chrono::steady_clock::now() >= until) {
      ADD_FAILURE() << "neither taken nor kept waiting";
      return false;
    }
  }
  return true;
}

TEST_F(ConnectionLimits, WithoutDescriptorsItWaitsInsteadOfSpinningAndThenServes) {
  await_metric("tollgate_connections_open 0");
  std::vector<RawConnection> clients;
  for (std::size_t i = 0; i < kMost; ++i) clients.push_back(RawConnection::unconnected());
  auto client = clients.begin();
  auto begun = std::chrono::steady_clock::now();
  {
    NoDescriptorsLeft hold;
    while (!kept_waiting(*client, gateway().port(), hold)) {
      ASSERT_NE(++client, clients.end()) << "a descriptor was left each time";
      CapturedLog::clear();
      begun = std::chrono::steady_clock::now();
    }
  }
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(200)) << "it tries all the time";
  expect_refusal(client->read_response(), 401);
  expect_served(*client);
}

TEST(StrangersConnections, GiveWayToNewcomersAndClientsDoNot) {
  TestGateway gateway([](config::Config& config) { config.limits.connections = kMost; });
  const auto expect_served = [&](RawConnection& client, std::string_view key = kClientKey) {
    client.write(ClientRequest{.key = key}.bytes());
    gateway.backend().receive().connection.write(answer());
    EXPECT_EQ(client.read_response().wire, answer());
    EXPECT_EQ(gateway.take_records(1).size(), 1U);
  };
  RawConnection first = gateway.connect();
  expect_served(first);
  std::vector<RawConnection> strangers;
  for (int i = 0; i < 20; ++i) {
    strangers.push_back(gateway.connect());
    strangers.back().write("POST " + std::string(kTarget));  // in the middle of its head
  }
  expect_served(strangers.emplace_back(gateway.connect()));
  expect_served(strangers.emplace_back(gateway.connect()), kCancellingClientKey);
  expect_served(first);  // it idled while they came
  for (std::size_t i = 0; i < 20; ++i) {
    strangers[i].read_to_end();
    EXPECT_NE(strangers[i].end(), End::open) << i;
  }
  RawConnection late = gateway.connect();
  EXPECT_EQ(late.read_to_end(), "");  // all places are clients' now
}

}  // namespace
}  // namespace tollgate::integration
