// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "greeting.hpp"

#include <gtest/gtest.h>

#include <tuple>

#include "net/memory_stream.hpp"
#include "net/stream_pair.hpp"

namespace tollgate::redis {
namespace {

class GreetingTest : public net::StreamPair {
 protected:
  Greeted greeted(const std::string& answers, const Proof& proof = {}) {
    net::MemoryStream stream(context_.get_executor(), line_);
    for (const char byte : answers) line_->arriving.emplace_back(1, byte);
    line_->peer = net::MemoryLine::End::closed;
    return run(greet(stream, proof, {"store", 1}, true));
  }

  std::shared_ptr<net::MemoryLine> line_ = std::make_shared<net::MemoryLine>();
};

constexpr const char* kNoCluster = "-ERR This instance has cluster support disabled\r\n";

TEST_F(GreetingTest, ProvesItselfBeforeItAsks) {
  const Greeted greeting =
      greeted(std::string("+OK\r\n$11\r\nrole:master\r\n") + kNoCluster, {Secret("AUTH\r\n")});
  ASSERT_TRUE(greeting);
  EXPECT_FALSE(greeting->slots);
  EXPECT_TRUE(line_->sent.starts_with("AUTH\r\n*1\r\n$4\r\nINFO\r\n"));
}

TEST_F(GreetingTest, WhatMayNotBeAskedIsNotKnown) {
  const Greeted greeting = greeted("+PONG\r\n-NOPERM no\r\n-NOPERM no\r\n");
  ASSERT_TRUE(greeting);
  EXPECT_EQ(greeting->facts.eviction, "");
}

TEST_F(GreetingTest, EachFaultHasItsKind) {
  const std::tuple<std::string, FailureKind> cases[] = {
      {"-NOAUTH Authentication required.\r\n-NOAUTH x\r\n-NOAUTH x\r\n",
       FailureKind::unauthenticated},
      {"-WRONGPASS x\r\n-NOAUTH x\r\n-NOAUTH x\r\n", FailureKind::unauthenticated},
      {"-ERR AUTH <password> called without any password\r\n$0\r\n\r\n-ERR x\r\n",
       FailureKind::unauthenticated},
      {"-LOADING x\r\n$9\r\nloading:1\r\n-LOADING x\r\n", FailureKind::loading},
      {"+PONG\r\n$9\r\nloading:1\r\n-ERR x\r\n", FailureKind::loading},
      {"+PONG\r\n$10\r\nrole:slave\r\n-ERR x\r\n", FailureKind::read_only},
      {"+PONG\r\n", FailureKind::lost},
      {"HTTP/1.1 400 Bad Request\r\n", FailureKind::protocol},
  };
  for (const auto& [answers, kind] : cases) {
    line_ = std::make_shared<net::MemoryLine>();
    const Greeted greeting = greeted(answers);
    ASSERT_FALSE(greeting) << answers;
    EXPECT_EQ(greeting.error().kind, kind) << answers;
  }
}

TEST_F(GreetingTest, AReplicaOfAClusterKnowsTheSlots) {
  const Greeted greeting = greeted("+PONG\r\n$10\r\nrole:slave\r\n*0\r\n");
  ASSERT_TRUE(greeting);
  EXPECT_TRUE(greeting->slots);
}

}  // namespace
}  // namespace tollgate::redis
