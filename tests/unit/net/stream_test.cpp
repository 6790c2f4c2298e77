// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "stream_pair.hpp"

namespace tollgate::net {
namespace {

namespace asio = boost::asio;

class PlainStream : public StreamPair {
 protected:
  void peer_writes(std::string_view text) { asio::write(peer_, asio::buffer(text)); }
  void peer_resets() {
    peer_.set_option(Socket::linger(true, 0));
    peer_.close();
  }
  /// What the peer receives until the stream ends; an error says how.
  std::string peer_reads(boost::system::error_code& error) {
    std::string out;
    std::array<char, 65536> piece;
    while (!error) out.append(piece.data(), peer_.read_some(asio::buffer(piece), error));
    return out;
  }
  Started<Result<std::size_t>> start_read() {
    return {context_, stream_.read_some(asio::buffer(buffer_))};
  }

  std::pair<Socket, Socket> ends_ = connected();
  Stream stream_{std::move(ends_.first), sweep_};
  Socket& peer_ = ends_.second;
  std::array<char, 100> buffer_{};
};

const SteadyTime kPast{};

TEST_F(PlainStream, ReadsWhatIsThereAndWaitsForWhatIsNot) {
  peer_writes("abc");
  EXPECT_EQ(read(stream_).value(), "abc");
  auto later = start_read();
  EXPECT_FALSE(later.done());
  peer_writes("d");
  EXPECT_EQ(later.get().value(), 1U);
  EXPECT_EQ(buffer_[0], 'd');
}

TEST_F(PlainStream, ReadLaterFindsWhatCameBefore) {
  peer_writes("abc");
  EXPECT_EQ(run(stream_.read_later(asio::buffer(buffer_, 2))).value(), 2U);
  EXPECT_EQ(run(stream_.read_later(asio::buffer(buffer_))).value(), 1U);
  peer_.close();
  EXPECT_EQ(run(stream_.read_later(asio::buffer(buffer_))).error().code, Errc::closed);
}

TEST_F(PlainStream, AnEndComesAfterTheLastBytes) {
  peer_writes("last");
  peer_.shutdown(Socket::shutdown_send);
  EXPECT_EQ(read(stream_).value(), "last");
  EXPECT_EQ(read(stream_).error().code, Errc::closed);
}

TEST_F(PlainStream, AResetIsAProtocolError) {
  auto pending = start_read();
  peer_resets();
  EXPECT_EQ(pending.get().error().code, Errc::protocol);
  EXPECT_EQ(read(stream_).error().code, Errc::protocol);  // the system tells it once
}

TEST_F(PlainStream, WritesTwoPiecesThroughAPeerThatReadsSlowly) {
  const std::string first(3'000'000, 'a');
  const std::string second(5'000'000, 'b');
  Started<Result<void>> writing(context_, stream_.write(first, second));
  EXPECT_FALSE(writing.done()) << "no socket buffers that much";
  std::string received(first.size() + second.size(), '\0');
  for (std::size_t at = 0; at < received.size();) {
    at += peer_.read_some(asio::buffer(received.data() + at, received.size() - at));
    writing.done();
  }
  EXPECT_TRUE(writing.get());
  EXPECT_TRUE(received == first + second);
}

// Whatever it is that always has something to say: others have their turn, and deadlines can pass.
TEST_F(PlainStream, APeerThatAlwaysHasBytesDoesNotKeepTheTurn) {
  constexpr std::size_t kMuch = 16U << 20U;
  std::size_t received = 0;
  std::size_t received_then = 0;
  std::string piece(64 * 1024, 'x');
  peer_.non_blocking(true);
  const auto fill = [&] {
    boost::system::error_code full;
    while (!full) peer_.write_some(asio::buffer(piece), full);
  };
  fill();
  auto read_all = [&]() -> asio::awaitable<bool> {
    std::string buffer(16 * 1024, '\0');
    while (received < kMuch) {
      const Result<std::size_t> count = co_await stream_.read_some(asio::buffer(buffer));
      if (!count) co_return false;
      received += *count;
      fill();
    }
    co_return true;
  };
  asio::post(context_, [&] { asio::post(context_, [&] { received_then = received; }); });
  EXPECT_TRUE(run(read_all()));
  EXPECT_LT(received_then, kMuch / 4);
}

TEST_F(PlainStream, ADeadlineEndsAReaderThatNeverHasToWait) {
  std::string piece(64 * 1024, 'x');
  peer_.non_blocking(true);
  auto read_on = [&]() -> asio::awaitable<Errc> {
    std::string buffer(16 * 1024, '\0');
    for (;;) {
      boost::system::error_code full;
      while (!full) peer_.write_some(asio::buffer(piece), full);
      const Result<std::size_t> count = co_await stream_.read_some(asio::buffer(buffer));
      if (!count) co_return count.error().code;
    }
  };
  stream_.deadline(kPast);
  asio::post(context_, [&] { asio::post(context_, [&] { sweep_.sweep(kPast); }); });
  EXPECT_EQ(run(read_on()), Errc::timeout);
}

TEST_F(PlainStream, APassedDeadlineEndsWaitsUntilItIsSetAnew) {
  stream_.deadline(kPast + seconds(10));
  auto pending = start_read();
  sweep_.sweep(kPast + seconds(9));
  EXPECT_FALSE(pending.done());
  sweep_.sweep(kPast + seconds(10));
  EXPECT_EQ(pending.get().error().code, Errc::timeout);
  EXPECT_EQ(run(stream_.write("x")).error().code, Errc::timeout);
  EXPECT_FALSE(stream_.idle_and_alive());

  stream_.no_deadline();  // such a peer can still be told that it was too slow
  EXPECT_TRUE(run(stream_.write("late")));
  std::array<char, 10> told{};
  EXPECT_EQ(peer_.read_some(asio::buffer(told)), 4U);
}

TEST_F(PlainStream, ADeadlineMovedInTimeIsNoDeadline) {
  stream_.deadline(kPast + seconds(10));
  auto pending = start_read();
  sweep_.sweep(kPast + seconds(10));
  stream_.deadline(kPast + seconds(20));  // before the reader's turn has come
  EXPECT_FALSE(pending.done());
  peer_writes("a");
  EXPECT_EQ(pending.get().value(), 1U);
}

TEST_F(PlainStream, ABlockedWriteEndsAtItsDeadline) {
  const std::string much(16 << 20, 'x');
  stream_.deadline(kPast);
  Started<Result<void>> writing(context_, stream_.write(much));
  EXPECT_FALSE(writing.done());
  sweep_.sweep(kPast);
  EXPECT_EQ(writing.get().error().code, Errc::timeout);
}

TEST_F(PlainStream, CancellingEndsThisWaitAndAllLaterOnesForTheFirstReason) {
  auto pending = start_read();
  stream_.cancel(Errc::cancelled);
  stream_.cancel(Errc::internal);
  EXPECT_EQ(pending.get().error().code, Errc::cancelled);
  peer_writes("abc");
  stream_.no_deadline();
  EXPECT_EQ(read(stream_).error().code, Errc::cancelled);
  EXPECT_EQ(run(stream_.write("x")).error().code, Errc::cancelled);
  EXPECT_EQ(run(stream_.read_later(asio::buffer(buffer_))).error().code, Errc::cancelled);
}

TEST_F(PlainStream, ClosingIsAnEndForThePeerAndResettingIsNot) {
  EXPECT_TRUE(run(stream_.write("all")));
  stream_.close();
  boost::system::error_code error;
  EXPECT_EQ(peer_reads(error), "all");
  EXPECT_EQ(error, asio::error::eof);
  EXPECT_FALSE(stream_.is_open());

  auto ends = connected();
  Stream other(std::move(ends.first), sweep_);
  other.reset();
  error = {};
  ends.second.read_some(asio::buffer(buffer_), error);
  EXPECT_EQ(error, asio::error::connection_reset);
}

TEST_F(PlainStream, EndingToSendLeavesReadingOpen) {
  stream_.end_sending();
  boost::system::error_code error;
  EXPECT_EQ(peer_reads(error), "");
  EXPECT_EQ(error, asio::error::eof);
  peer_writes("still");
  EXPECT_EQ(read(stream_).value(), "still");
}

TEST_F(PlainStream, IdleAndAliveMeansNeitherBytesNorAnEnd) {
  EXPECT_TRUE(stream_.idle_and_alive());
  peer_writes("unasked");
  EXPECT_FALSE(stream_.idle_and_alive());
  EXPECT_EQ(read(stream_).value(), "unasked");
  EXPECT_TRUE(stream_.idle_and_alive());
  peer_.shutdown(Socket::shutdown_send);
  EXPECT_FALSE(stream_.idle_and_alive());
}

class Hangup : public PlainStream {
 protected:
  void watch() {
    stream_.watch_hangup([this] { ++gone_; });
  }
  int gone() {
    context_.restart();
    context_.poll();
    return gone_;
  }
  int gone_ = 0;
};

TEST_F(Hangup, IsToldOnceForAnEndAndForAReset) {
  watch();
  EXPECT_EQ(gone(), 0);
  peer_.shutdown(Socket::shutdown_send);
  EXPECT_EQ(gone(), 1);
  peer_resets();
  EXPECT_EQ(gone(), 1);

  auto ends = connected();
  Stream other(std::move(ends.first), sweep_);
  other.watch_hangup([this] { ++gone_; });
  ends.second.set_option(Socket::linger(true, 0));
  ends.second.close();
  EXPECT_EQ(gone(), 2);
}

TEST_F(Hangup, IsToldThoughItHappenedBefore) {
  peer_.close();
  watch();
  EXPECT_EQ(gone(), 1);
}

TEST_F(Hangup, BytesOfANextRequestAreNone) {
  watch();
  peer_writes("GET");
  EXPECT_EQ(gone(), 0);
  EXPECT_EQ(read(stream_).value(), "GET") << "the watch must not eat them";
}

TEST_F(Hangup, IsNotToldAfterTheWatchAndAgainInTheNext) {
  watch();
  stream_.end_watch();
  watch();  // the wait of the first is still pending, and serves the second
  stream_.end_watch();
  watch();
  peer_.close();
  EXPECT_EQ(gone(), 1);
  stream_.end_watch();
  EXPECT_EQ(gone(), 1);
}

TEST_F(Hangup, AWatchOutlivesItsStreamInSilence) {
  auto ends = connected();
  {
    Stream gone_soon(std::move(ends.first), sweep_);
    gone_soon.watch_hangup([this] { ++gone_; });
    gone();
  }
  ends.second.close();
  EXPECT_EQ(gone(), 0);
}

}  // namespace
}  // namespace tollgate::net
