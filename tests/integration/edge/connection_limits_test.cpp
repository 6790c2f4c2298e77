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

class ConnectionLimits : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.gateway.workers = 2;  // the limit is for all of them together
      config.limits.connections = kMost;
    });
  }

  void expect_served(RawConnection& client) {
    client.write(ClientRequest().bytes());
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
  for (std::size_t i = 0; i < kMost; ++i) expect_served(clients.emplace_back(gateway().connect()));
  RawConnection late = gateway().connect();
  EXPECT_EQ(late.read_to_end(), "");
  EXPECT_NE(late.end(), End::open);
  await_metric("tollgate_connections_refused_total 1");

  clients.pop_back();
  await_metric("tollgate_connections_open 2");
  RawConnection next = gateway().connect();
  expect_served(next);
}

/// While it lives, this process can open no further descriptor.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::open("/dev/null", O_RDONLY);
    ::close(next);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(ConnectionLimits, WithoutDescriptorsItWaitsInsteadOfSpinningAndThenServes) {
  await_metric("tollgate_connections_open 0");
  RawConnection client = RawConnection::unconnected();
  const auto begun = std::chrono::steady_clock::now();
  {
    const NoDescriptorsLeft hold;
    client.connect_to(gateway().port());
    while (CapturedLog::count("listener.accept_failed") < 3 &&
           std::chrono::steady_clock::now() < begun + kPatience) {
      std::this_thread::yield();
    }
  }
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(200)) << "it tries all the time";
  EXPECT_GE(CapturedLog::count("listener.accept_failed"), 3U);
  expect_served(client);
}

}  // namespace
}  // namespace tollgate::integration
