// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/listener/connection_set.hpp"

#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "net/memory_stream.hpp"

// Who keeps a place, and who gives way, when there are more connections than may be.
namespace tollgate::listener {
namespace {

class ConnectionSetTest : public testing::Test {
 protected:
  struct One {
    One(boost::asio::io_context& context, const std::string& address, ConnectionSet& set)
        : stream(context.get_executor(), line),
          member(stream, boost::asio::ip::make_address(address), set) {}
    bool ended() const { return line->cancelled.has_value(); }

    std::shared_ptr<net::MemoryLine> line = std::make_shared<net::MemoryLine>();
    net::MemoryStream stream;
    Member member;
  };

  /// Null: it is closed unserved.
  One* connect(const std::string& address) {
    if (!set_.admit()) return nullptr;
    return &ones_.emplace_back(context_, address, set_);
  }
  /// ... and its request shows whose it is; null: that one has its share.
  One* connect_as(const std::string& client) {
    One* const one = connect("192.0.2.9");
    if (one == nullptr || claim(*one, client)) return one;
    ones_.pop_back();
    return nullptr;
  }
  bool claim(One& one, const std::string& client) {
    return one.member.claim(shares_.account(client));
  }
  /// Its coroutine has run.
  void forget_ended() {
    ones_.remove_if([](const One& one) { return one.ended(); });
  }

  boost::asio::io_context context_;
  proxy::ConnectionShares shares_;
  ConnectionSet set_{shares_};
  std::list<One> ones_;
};

TEST_F(ConnectionSetTest, AStrangerOfTheAddressWithMostOfThemGivesWay) {
  shares_.change_limit(4);
  One* const alone = connect("192.0.2.1");
  One* const first = connect("192.0.2.2");
  One* const second = connect("192.0.2.2");
  One* const third = connect("192.0.2.2");
  ASSERT_TRUE(connect("192.0.2.3"));
  EXPECT_TRUE(first->ended()) << "the oldest of its address";
  EXPECT_FALSE(alone->ended() || second->ended() || third->ended());
}

TEST_F(ConnectionSetTest, WhoIsBusyOrHasShownWhoseItIsKeepsItsPlace) {
  shares_.change_limit(2);
  ASSERT_TRUE(connect_as("a"));
  One* const busy = connect("192.0.2.2");
  busy->member.idle = false;
  EXPECT_EQ(connect("192.0.2.2"), nullptr);
  EXPECT_EQ(shares_.total(), 2U);
}

TEST_F(ConnectionSetTest, OneClientsConnectionsKeepNobodyOut) {
  shares_.change_limit(80);
  int held = 0;
  for (; held < 80; ++held) {
    One* const one = connect_as("greedy");
    if (one == nullptr) break;
    one->member.idle = false;  // all of them stream
  }
  EXPECT_EQ(held, 70);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(connect_as("other")) << i;
}

TEST_F(ConnectionSetTest, AnIdleOneOfItsOwnGivesWayToOneThatAsks) {
  shares_.change_limit(3);
  One* const idle = connect_as("a");
  One* const busy = connect_as("a");
  busy->member.idle = false;
  One* const fresh = connect("192.0.2.1");
  fresh->member.idle = false;
  EXPECT_TRUE(claim(*fresh, "a"));
  EXPECT_TRUE(idle->ended());
  EXPECT_FALSE(busy->ended());
  forget_ended();
  EXPECT_EQ(shares_.account("a").held, 2U);
  EXPECT_TRUE(connect_as("b")) << "its place is free";
}

TEST_F(ConnectionSetTest, OneThatChangesItsClientIsCountedOnce) {
  shares_.change_limit(10);
  One* const one = connect_as("a");
  EXPECT_TRUE(claim(*one, "a"));
  EXPECT_EQ(shares_.account("a").held, 1U);
  EXPECT_TRUE(claim(*one, "b"));
  EXPECT_EQ(shares_.account("a").held, 0U);
  EXPECT_EQ(shares_.account("b").held, 1U);
  ones_.clear();
  EXPECT_EQ(shares_.account("b").held, 0U);
  EXPECT_EQ(shares_.total(), 0U);
}

}  // namespace
}  // namespace tollgate::listener
