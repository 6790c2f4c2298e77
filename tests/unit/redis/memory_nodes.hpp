// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/memory_stream.hpp"
#include "net/stream_pair.hpp"
#include "routed_client.hpp"

namespace tollgate::redis {

/// Each connection to a node is a line of the test's, the newest last.
class MemoryDialer : public Dialer {
 public:
  explicit MemoryDialer(boost::asio::io_context& context) : context_(context) {}

  boost::asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> dial(const Address& address,
                                                                        SteadyTime,
                                                                        Cancellation&) override {
    ++dialled;
    if (throws) throw std::runtime_error("dialer");
    if (error) co_return *error;
    std::vector<std::shared_ptr<net::MemoryLine>>& lines = nodes[address];
    lines.push_back(std::make_shared<net::MemoryLine>());
    std::unique_ptr<net::ByteStream> stream =
        std::make_unique<net::MemoryStream>(context_.get_executor(), lines.back());
    co_return std::move(stream);
  }

  std::map<Address, std::vector<std::shared_ptr<net::MemoryLine>>> nodes;
  std::optional<Error> error;
  bool throws = false;
  int dialled = 0;

 private:
  boost::asio::io_context& context_;
};

/// How a server in no cluster answers a greeting.
inline constexpr std::string_view kAlone =
    "+PONG\r\n$40\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n"
    "-ERR This instance has cluster support disabled\r\n";

/// A client whose servers the test plays.
class MemoryNodes : public testing::Test {
 protected:
  ~MemoryNodes() override {
    client_.reset();
    poll();
  }

  /// With a patience that does not end within a test.
  RoutedClient& make(milliseconds patience = seconds(60)) {
    client_ = std::make_unique<RoutedClient>(
        seed_, NodeParts{context_.get_executor(), dialer_, login_}, patience,
        RoutedClient::Ears{
            [this](std::string_view result, double) { results_.emplace_back(result); },
            [this](Health::State state, std::string_view) { state_ = state; },
            [this](std::string_view policy) { policy_ = policy; }});
    client_->start();
    poll();
    return *client_;
  }
  /// One that serves already, without a cluster.
  RoutedClient& alone(milliseconds patience = seconds(60)) {
    make(patience);
    arrives(seed_, kAlone);
    sent(seed_);
    return *client_;
  }

  void poll() {
    context_.restart();
    context_.poll();
  }
  /// Until something that takes time has happened.
  template <class Condition>
  void wait(Condition condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) {
      context_.restart();
      context_.run_one_for(milliseconds(50));
    }
    poll();
    ASSERT_TRUE(condition());
  }
  net::MemoryLine& line(const Address& address) { return *dialer_->nodes.at(address).back(); }
  void arrives(const Address& address, std::string_view bytes) {
    line(address).arrives(bytes);
    poll();
  }
  /// What a node was sent since this was asked last.
  std::string sent(const Address& address) {
    poll();
    return std::exchange(line(address).sent, {});
  }

  /// Sends a command for that key; its answer gets the returned place.
  std::shared_ptr<std::optional<Answer>> get(const std::string& key) {
    return send(Call::command({"GET", key}));
  }
  std::shared_ptr<std::optional<Answer>> send(Call call) {
    auto place = std::make_shared<std::optional<Answer>>();
    client_->send(std::move(call), [place](Answer answer) { *place = std::move(answer); });
    return place;
  }

  static std::string text(const Answer& answer) {
    return answer ? answer->text : std::string(to_string(answer.error().kind));
  }

  boost::asio::io_context context_;
  std::shared_ptr<MemoryDialer> dialer_ = std::make_shared<MemoryDialer>(context_);
  std::shared_ptr<Login> login_ = std::make_shared<Login>("", Secret(), nullptr);
  const Address seed_{"store", 6379};
  std::unique_ptr<RoutedClient> client_;
  std::vector<std::string> results_;
  Health::State state_ = Health::State::connecting;
  std::string policy_;
};

/// "GET KEY" as it is sent.
inline std::string get_of(const std::string& key) {
  return "*2\r\n$3\r\nGET\r\n$" + std::to_string(key.size()) + "\r\n" + key + "\r\n";
}

}  // namespace tollgate::redis
