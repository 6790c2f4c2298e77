// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/connection_pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "net/stream_pair.hpp"

namespace tollgate::upstream {
namespace {

namespace asio = boost::asio;

using Acquired = Result<PooledConnection>;

/// A pool in front of a loopback acceptor; what it connects stays unserved until a test takes it.
class ConnectionPoolTest : public net::StreamPair {
 protected:
  ConnectionPoolTest() {
    acceptor_.listen();
    backend_.endpoint = "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    backend_.timeouts.connect = seconds(5);
    backend_.connections = {.max = 2, .idle = 2, .idle_timeout = milliseconds(1000)};
  }

  ConnectionPool& pool() {
    if (!pool_) pool_ = std::make_unique<ConnectionPool>(backend_, tls_, sweep_);
    return *pool_;
  }
  PooledConnection acquire(bool fresh = false) {
    return run(pool().acquire(cancellation_, nullptr, fresh)).value();
  }
  /// The backend's end of the connection that was made last.
  net::Socket& accept() { return accepted_.emplace_back(acceptor_.accept()); }
  void poll() {
    context_.restart();
    context_.poll();
  }

  /// Whether the pool has closed this connection.
  static bool closed(net::Socket& peer) {
    std::array<char, 1> byte;
    boost::system::error_code error;
    peer.non_blocking(true);
    peer.read_some(asio::buffer(byte), error);
    return error == asio::error::eof || error == asio::error::connection_reset;
  }

  tcp::acceptor acceptor_{context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  config::Backend backend_;
  Cancellation cancellation_;
  net::ClientTls tls_ = net::ClientTls::make({}).value();
  std::unique_ptr<ConnectionPool> pool_;
  std::list<net::Socket> accepted_;
};

TEST_F(ConnectionPoolTest, TakesTheNewestIdleConnectionFirst) {
  PooledConnection one = acquire();
  PooledConnection other = acquire();
  EXPECT_FALSE(one.reused());
  net::ByteStream* first = &one.stream();
  net::ByteStream* second = &other.stream();
  one.keep();
  other.keep();
  PooledConnection again = acquire();
  EXPECT_TRUE(again.reused());
  EXPECT_EQ(&again.stream(), second);
  PooledConnection last = acquire();
  EXPECT_EQ(&last.stream(), first);
  EXPECT_EQ(pool().counters().created, 2U);
  EXPECT_EQ(pool().counters().reused, 2U);
  EXPECT_EQ(pool().counters().open, 2U);
}

TEST_F(ConnectionPoolTest, ClosesALoanThatIsNotKept) {
  { PooledConnection loan = acquire(); }
  EXPECT_TRUE(closed(accept()));
  EXPECT_EQ(pool().counters().open, 0U);
  PooledConnection next = acquire();
  EXPECT_FALSE(next.reused());
  next = PooledConnection();  // assigning ends a loan as well
  EXPECT_TRUE(closed(accept()));
  EXPECT_EQ(pool().counters().open, 0U);
}

TEST_F(ConnectionPoolTest, DoesNotReuseWhatHasEndedOrSpokenMeanwhile) {
  PooledConnection ended = acquire();
  accept();
  PooledConnection spoken = acquire();
  accept();
  ended.keep();
  spoken.keep();
  accepted_.front().close();
  asio::write(accepted_.back(), asio::buffer("x", 1));
  PooledConnection next = acquire();
  EXPECT_FALSE(next.reused());
  EXPECT_TRUE(closed(accepted_.back()));
  EXPECT_EQ(pool().counters().open, 1U);
}

TEST_F(ConnectionPoolTest, MakesANewConnectionWhenAskedForAFreshOne) {
  acquire().keep();
  PooledConnection fresh = acquire(true);
  EXPECT_FALSE(fresh.reused());
  EXPECT_EQ(pool().counters().open, 2U);
}

TEST_F(ConnectionPoolTest, KeepsNoMoreIdleOnesThanToldTo) {
  backend_.connections.idle = 1;
  PooledConnection one = acquire();
  accept();
  PooledConnection other = acquire();
  accept();
  one.keep();
  other.keep();
  EXPECT_FALSE(closed(accepted_.front()));
  EXPECT_TRUE(closed(accepted_.back()));
  EXPECT_EQ(pool().counters().open, 1U);
}

TEST_F(ConnectionPoolTest, OpensNoMoreThanTheCapAndServesWaitersInTheOrderTheyCame) {
  PooledConnection one = acquire();
  PooledConnection other = acquire();
  net::Started<Acquired> first(context_, pool().acquire(cancellation_));
  net::Started<Acquired> second(context_, pool().acquire(cancellation_));
  net::Started<Acquired> third(context_, pool().acquire(cancellation_));
  EXPECT_FALSE(first.done());
  EXPECT_EQ(pool().counters().open, 2U);

  net::ByteStream* kept = &one.stream();
  one.keep();
  EXPECT_TRUE(first.done());
  EXPECT_FALSE(second.done());
  Acquired served = first.get();
  EXPECT_TRUE(served->reused());
  EXPECT_EQ(&served->stream(), kept);

  other = PooledConnection();  // not kept: its place is free for a new one
  Acquired made = second.get();
  EXPECT_FALSE(made->reused());
  EXPECT_FALSE(third.done());
  served->keep();
  EXPECT_TRUE(third.get()->reused());
  EXPECT_EQ(pool().counters().created, 3U);
}

TEST_F(ConnectionPoolTest, AWaiterGivesUpAtTheConnectDeadlineAndLeavesTheQueue) {
  backend_.timeouts.connect = milliseconds(20);
  backend_.connections.max = 1;
  PooledConnection only = acquire();
  EXPECT_EQ(run(pool().acquire(cancellation_)).error().code, Errc::too_large);
  only.keep();  // must not be handed to the one that has left
  EXPECT_TRUE(acquire().reused());
}

TEST_F(ConnectionPoolTest, AFullQueueRefusesAtOnce) {
  backend_.connections = {.max = 1, .queue = 1, .idle = 1};
  PooledConnection only = acquire();
  net::Started<Acquired> waiting(context_, pool().acquire(cancellation_));
  EXPECT_EQ(run(pool().acquire(cancellation_)).error().code, Errc::too_large);
  only.keep();
  EXPECT_TRUE(waiting.get()->reused());
}

TEST_F(ConnectionPoolTest, NobodyWaitsLongerThanTheCallerHasTime) {
  backend_.connections.max = 1;
  PooledConnection only = acquire();
  const SteadyTime now = std::chrono::steady_clock::now();
  EXPECT_EQ(run(pool().acquire(cancellation_, nullptr, false, now + milliseconds(20))).error().code,
            Errc::too_large);
  EXPECT_LT(std::chrono::steady_clock::now(), now + backend_.timeouts.connect);
}

TEST_F(ConnectionPoolTest, AFreshOneTakesTheOldestIdleOnesPlaceAtTheCap) {
  PooledConnection one = acquire();
  accept();
  PooledConnection other = acquire();
  accept();
  one.keep();
  other.keep();
  PooledConnection fresh = acquire(true);
  EXPECT_FALSE(fresh.reused());
  EXPECT_TRUE(closed(accepted_.front()));
  EXPECT_FALSE(closed(accepted_.back()));
  EXPECT_EQ(pool().counters().open, 2U);
}

TEST_F(ConnectionPoolTest, APlaceThatIsFreedJustWhenAWaiterGivesUpIsNotLost) {
  backend_.timeouts.connect = milliseconds(20);
  PooledConnection one = acquire();
  PooledConnection other = acquire();
  const SteadyTime due = std::chrono::steady_clock::now() + backend_.timeouts.connect;
  net::Started<Acquired> first(context_, pool().acquire(cancellation_));
  net::Started<Acquired> second(context_, pool().acquire(cancellation_));
  while (std::chrono::steady_clock::now() < due + milliseconds(5)) continue;
  // Both deadlines have passed and nobody was told yet. Whichever the context looks at first,
  // timers or these, one of the releases meets a waiter whose timer has fired and who has not run.
  asio::post(context_, [&] {
    one = PooledConnection();
    asio::post(context_, [&] { other = PooledConnection(); });
  });
  first.get();
  second.get();
  EXPECT_EQ(pool().counters().open, 0U);
  backend_.timeouts.connect = seconds(5);
  EXPECT_FALSE(acquire().reused());
}

TEST_F(ConnectionPoolTest, AFailureToConnectFreesItsPlace) {
  backend_.connections.max = 1;
  acceptor_.close();
  EXPECT_EQ(run(pool().acquire(cancellation_)).error().code, Errc::unavailable);
  EXPECT_EQ(pool().counters().open, 0U);
  EXPECT_EQ(pool().counters().created, 0U);
  EXPECT_EQ(run(pool().acquire(cancellation_)).error().code, Errc::unavailable);
}

TEST_F(ConnectionPoolTest, ClosesWhatHasIdledTooLong) {
  PooledConnection one = acquire();
  accept();
  PooledConnection other = acquire();
  accept();
  one.keep();
  other.keep();
  const SteadyTime now = std::chrono::steady_clock::now();
  pool().close_idle(now + milliseconds(500));
  EXPECT_EQ(pool().counters().open, 2U);
  PooledConnection busy = acquire();
  pool().close_idle(now + milliseconds(1500));
  EXPECT_EQ(pool().counters().open, 1U) << "a loan is not idle";
  EXPECT_TRUE(closed(accepted_.front()));
  EXPECT_FALSE(closed(accepted_.back()));
}

TEST_F(ConnectionPoolTest, AWaiterWhoseClientLeavesGoesAtOnceAndItsPlaceIsTheNextOnes) {
  backend_.connections = {.max = 1, .queue = 1, .idle = 1};
  PooledConnection only = acquire();
  Cancellation leaving;
  net::Started<Acquired> waiting(context_, pool().acquire(leaving));
  EXPECT_FALSE(waiting.done());
  leaving.client_left();
  EXPECT_EQ(waiting.get().error().code, Errc::cancelled);
  net::Started<Acquired> next(context_, pool().acquire(cancellation_));  // the queue has room again
  EXPECT_FALSE(next.done());
  only.keep();
  EXPECT_TRUE(next.get()->reused());
}

TEST_F(ConnectionPoolTest, APlaceGivenToOneWhoJustLeftGoesOnToTheNext) {
  backend_.connections = {.max = 1, .queue = 2, .idle = 1};
  PooledConnection only = acquire();
  Cancellation leaving;
  net::Started<Acquired> first(context_, pool().acquire(leaving));
  net::Started<Acquired> second(context_, pool().acquire(cancellation_));
  only.keep();  // wakes the first, who has not run yet
  leaving.client_left();
  EXPECT_EQ(first.get().error().code, Errc::cancelled);
  EXPECT_TRUE(second.get()->reused());
}

/// A pool of 16 and two clients.
class PoolShares : public ConnectionPoolTest {
 protected:
  PoolShares() { backend_.connections = {.max = 16, .queue = 16, .idle = 16}; }
  std::vector<PooledConnection> take(const config::Client& client, std::size_t count) {
    std::vector<PooledConnection> out;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(run(pool().acquire(cancellation_, &client)).value());
    }
    return out;
  }
  net::Started<Acquired> ask(const config::Client& client) {
    return {context_, pool().acquire(cancellation_, &client)};
  }
  config::Client greedy_;
  config::Client other_;
};

TEST_F(PoolShares, NobodyTakesTheLastPlacesFromAllOthers) {
  auto held = take(greedy_, 14);
  net::Started<Acquired> one_more = ask(greedy_);
  EXPECT_FALSE(one_more.done()) << "two are left, for others";
  auto others = take(other_, 2);
  EXPECT_EQ(others.size(), 2U);
  held.pop_back();
  EXPECT_FALSE(one_more.done()) << "with what the other holds, its share has become less";
  held.pop_back();
  EXPECT_TRUE(one_more.get());
}

TEST_F(PoolShares, OfAFewTheLastIsLeftForOthers) {
  backend_.connections.max = 3;
  auto held = take(greedy_, 2);
  net::Started<Acquired> third = ask(greedy_);
  EXPECT_FALSE(third.done());
  {
    auto others = take(other_, 1);
    held.pop_back();
    EXPECT_FALSE(third.done()) << "it would be the last again";
  }
  EXPECT_TRUE(third.get());
}

TEST_F(PoolShares, TheOneWhoHoldsLeastIsServedFirst) {
  auto held = take(greedy_, 14);
  auto others = take(other_, 2);
  net::Started<Acquired> greedy_waits = ask(greedy_);
  net::Started<Acquired> other_waits = ask(other_);
  held.pop_back();
  EXPECT_FALSE(greedy_waits.done());
  EXPECT_TRUE(other_waits.get());
  held.clear();
  EXPECT_TRUE(greedy_waits.get());
}

TEST_F(PoolShares, NobodyFillsTheQueue) {
  backend_.connections.max = 1;
  auto held = take(greedy_, 1);
  std::list<net::Started<Acquired>> waiting;
  for (int i = 0; i < 14; ++i)
    waiting.emplace_back(context_, pool().acquire(cancellation_, &greedy_));
  EXPECT_EQ(run(pool().acquire(cancellation_, &greedy_)).error().code, Errc::too_large);
  net::Started<Acquired> other = ask(other_);
  EXPECT_FALSE(other.done());
  held.clear();
  EXPECT_TRUE(other.done()) << "and is the first, since it asks for least";
  cancellation_.client_left();
  for (net::Started<Acquired>& one : waiting) {
    EXPECT_EQ(one.get().error().code, Errc::cancelled);
  }
}

TEST_F(ConnectionPoolTest, NamesTheHostWithItsPortUnlessThatIsTheSchemesOwn) {
  EXPECT_EQ(pool().host_field(), backend_.endpoint.substr(7));
  config::Backend azure;
  azure.endpoint = "https://contoso.openai.azure.com:443";
  EXPECT_EQ(ConnectionPool(azure, tls_, sweep_).host_field(), "contoso.openai.azure.com");
}

}  // namespace
}  // namespace tollgate::upstream
