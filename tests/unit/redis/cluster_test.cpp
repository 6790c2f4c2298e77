// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "memory_nodes.hpp"

namespace tollgate::redis {
namespace {

const Address kA{"10.0.0.1", 7000};
const Address kB{"10.0.0.2", 7000};

std::string range_of(unsigned first, unsigned last, const Address& owner) {
  return "*3\r\n:" + std::to_string(first) + "\r\n:" + std::to_string(last) + "\r\n*2\r\n$" +
         std::to_string(owner.host.size()) + "\r\n" + owner.host +
         "\r\n:" + std::to_string(owner.port) + "\r\n";
}

/// Half of the slots each.
std::string halves() { return "*2\r\n" + range_of(0, 8191, kA) + range_of(8192, 16383, kB); }

std::string greeting(const std::string& slots) { return "+PONG\r\n$11\r\nrole:master\r\n" + slots; }

// "foo" is in slot 12182, "bar" in 5061.
class ClusterTest : public MemoryNodes {
 protected:
  void serve() {
    make();
    arrives(seed_, greeting(halves()));
    for (const Address& node : {kA, kB}) {
      arrives(node, greeting(halves()));
      sent(node);
    }
    ASSERT_TRUE(client_->ready());
  }
};

TEST_F(ClusterTest, EachSlotHasItsNode) {
  serve();
  get("foo");
  get("bar");
  EXPECT_EQ(sent(kB), get_of("foo"));
  EXPECT_EQ(sent(kA), get_of("bar"));
}

TEST_F(ClusterTest, WhatCameBeforeTheSlotsWereKnownGoesToTheirNodes) {
  make();
  get("foo");
  arrives(seed_, greeting(halves()));
  arrives(kB, greeting(halves()));
  EXPECT_NE(sent(kB).find(get_of("foo")), std::string::npos);
}

TEST_F(ClusterTest, AMovedSlotIsFollowedInOrder) {
  serve();
  const auto first = get("{foo}1");
  const auto second = get("{foo}2");
  const std::uint64_t session = client_->session();
  sent(kB);
  arrives(kB, "-MOVED 12182 10.0.0.1:7000\r\n");
  EXPECT_EQ(sent(kA), get_of("{foo}1"));
  EXPECT_EQ(client_->session(), session);
  const auto third = get("{foo}3");
  EXPECT_EQ(sent(kA), "") << "the second is on its way yet";
  EXPECT_EQ(sent(kB), "");
  arrives(kB, "-MOVED 12182 10.0.0.1:7000\r\n");
  EXPECT_EQ(sent(kA), get_of("{foo}2") + get_of("{foo}3"));
  EXPECT_GT(client_->session(), session);
  arrives(kA, "$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  EXPECT_EQ(text(**first) + text(**second) + text(**third), "123");
}

TEST_F(ClusterTest, ASlotOnTheMoveIsAskedForElsewhereThisOnce) {
  serve();
  const auto answer = get("foo");
  sent(kB);
  arrives(kB, "-ASK 12182 10.0.0.1:7000\r\n");
  EXPECT_EQ(sent(kA), "*1\r\n$6\r\nASKING\r\n" + get_of("foo"));
  arrives(kA, "+OK\r\n$1\r\nx\r\n");
  EXPECT_EQ(text(**answer), "x");
  get("foo");
  EXPECT_EQ(sent(kB), get_of("foo"));
  EXPECT_EQ(results_, std::vector<std::string>{"ok"});
}

TEST_F(ClusterTest, KeysOnTheMoveAreAskedForAgainAMomentLater) {
  serve();
  const std::uint64_t session = client_->session();
  const auto answer = get("foo");
  sent(kB);
  arrives(kB, "-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
  EXPECT_GT(client_->session(), session);
  wait([&] { return !line(kB).sent.empty(); });
  arrives(kB, "$1\r\nx\r\n");
  EXPECT_EQ(text(**answer), "x");
}

TEST_F(ClusterTest, ACircleOfRedirectionsEnds) {
  serve();
  const auto answer = get("foo");
  for (int i = 0; i < 40 && !*answer; ++i) {
    for (const Address& node : {kB, kA}) {
      if (sent(node).find("foo") != std::string::npos)
        arrives(node,
                "-MOVED 12182 " + std::string(node == kA ? "10.0.0.2" : "10.0.0.1") + ":7000\r\n");
    }
  }
  ASSERT_TRUE(*answer);
  EXPECT_EQ(text(**answer), "cluster_down");
}

TEST_F(ClusterTest, ALostNodesSlotsAreFoundAgain) {
  serve();
  line(kB).ends();
  poll();
  EXPECT_FALSE(client_->ready());
  client_->look_after();
  EXPECT_NE(sent(kA).find("SLOTS"), std::string::npos);
  arrives(kA, "*1\r\n" + range_of(0, 16383, kA));
  EXPECT_TRUE(client_->ready());
  sent(kA);
  get("foo");
  EXPECT_EQ(sent(kA), get_of("foo"));
}

TEST_F(ClusterTest, ANodeWithoutSlotsIsLeft) {
  serve();
  const auto answer = get("foo");
  sent(kB);
  arrives(kB, "-CLUSTERDOWN Hash slot not served\r\n");
  EXPECT_EQ(text(**answer), "cluster_down");
  const auto on_its_way = get("foo");
  sent(kB);
  client_->look_after();
  EXPECT_NE(sent(kA).find("SLOTS"), std::string::npos);
  arrives(kA, "*1\r\n" + range_of(0, 16383, kA));
  EXPECT_TRUE(line(kB).alive);
  arrives(kB, "$1\r\nx\r\n");
  EXPECT_EQ(text(**on_its_way), "x");
  EXPECT_FALSE(dialer_->nodes[kB].back()->alive);
}

}  // namespace
}  // namespace tollgate::redis
