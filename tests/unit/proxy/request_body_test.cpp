// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "request_body.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "net/memory_stream.hpp"
#include "test_place.hpp"

namespace tollgate::proxy {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kLimit = 100'000;

class RequestBody : public testing::Test {
 protected:
  RequestBody() { memory_.change_limit(4 * kLimit); }

  /// Begins to read; runs as far as it can.
  void read(http::BodyFraming framing, bool expect_continue = false) {
    const ClientConnection client{stream_,       received_, asio::ip::make_address("192.0.2.1"),
                                  nullptr,       proxies_,  closing_,
                                  cancellation_, place_};
    auto work = [](ClientConnection client, http::BodyFraming framing, bool expect_continue,
                   BodyHold& hold) -> asio::awaitable<Result<std::string>> {
      const BodyRules rules{expect_continue, kLimit, milliseconds(30'000)};
      co_return co_await read_request_body(client, framing, rules, hold);
    };
    asio::co_spawn(
        context_, work(client, framing, expect_continue, hold_),
        [this](const std::exception_ptr&, Result<std::string> body) { body_ = std::move(body); });
    run();
  }
  void arrives(std::string_view bytes) {
    line_->arrives(bytes);
    run();
  }
  void run() {
    context_.restart();
    context_.poll();
  }
  std::string body() const { return body_ && *body_ ? **body_ : "none"; }
  std::optional<Errc> error() const {
    if (!body_ || *body_) return std::nullopt;
    return body_->error().code;
  }
  static http::BodyFraming length(std::uint64_t size) { return {http::Framing::length, size}; }

  asio::io_context context_;
  std::shared_ptr<net::MemoryLine> line_ = std::make_shared<net::MemoryLine>();
  net::MemoryStream stream_{context_.get_executor(), line_};
  std::string received_;
  ProxyTrust proxies_;
  bool closing_ = false;
  TestPlace place_;
  Cancellation cancellation_;
  BodyMemory memory_;
  BodyMemory::Account& account_ = memory_.account("retail");
  BodyHold hold_{memory_, account_};
  std::optional<Result<std::string>> body_;
};

TEST_F(RequestBody, ThatCameWithItsHeadNeedsNoRead) {
  received_ = "abcdefGET /next";
  read(length(6));
  EXPECT_EQ(body(), "abcdef");
  EXPECT_EQ(received_, "GET /next");
}

TEST_F(RequestBody, ComesInPiecesAndLeavesWhatFollowsIt) {
  received_ = "ab";
  read(length(6));
  arrives("cd");
  EXPECT_FALSE(body_);
  arrives("efGET");
  EXPECT_EQ(body(), "abcdef");
  EXPECT_EQ(received_, "GET");
}

TEST_F(RequestBody, LosesItsChunks) {
  read({http::Framing::chunked});
  arrives("3\r\nabc\r\n2");
  arrives("\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(body(), "abcde");
}

TEST_F(RequestBody, SaysContinueToWhoWaitsForItAndOnlyThen) {
  read(length(2), true);
  EXPECT_EQ(line_->sent, "HTTP/1.1 100 Continue\r\n\r\n");
  arrives("ab");
  EXPECT_EQ(body(), "ab");
}

TEST_F(RequestBody, SaysNoContinueToWhoDidNotWait) {
  received_ = "a";
  read(length(2), true);
  EXPECT_EQ(line_->sent, "");
}

TEST_F(RequestBody, TooLargeByItsHeadIsNotRead) {
  read(length(kLimit + 1), true);
  EXPECT_EQ(error(), Errc::too_large);
  EXPECT_EQ(line_->sent, "");
}

TEST_F(RequestBody, TooLargeOnItsWayIsLeft) {
  read({http::Framing::chunked});
  arrives("186A1\r\n" + std::string(kLimit / 2, 'x'));
  EXPECT_FALSE(body_);
  arrives(std::string(kLimit / 2 + 1, 'x'));
  EXPECT_EQ(error(), Errc::too_large);
}

TEST_F(RequestBody, ThatStopsComingIsLate) {
  read(length(6));
  arrives("ab");
  line_->runs_late();
  run();
  EXPECT_EQ(error(), Errc::timeout);
}

TEST_F(RequestBody, OfBrokenFramingIsRefused) {
  read({http::Framing::chunked});
  arrives("zz\r\n");
  EXPECT_EQ(error(), Errc::invalid_input);
}

TEST_F(RequestBody, OfAClientThatLeavesIsNone) {
  read(length(6));
  line_->ends();
  run();
  EXPECT_EQ(error(), Errc::closed);
}

TEST_F(RequestBody, EndsWithTheGateway) {
  read(length(6));
  stream_.cancel(Errc::cancelled);
  run();
  EXPECT_EQ(error(), Errc::cancelled);
}

TEST_F(RequestBody, TakesItsDeclaredLengthOutOfTheMemoryBeforeItIsRead) {
  read(length(50'000));
  EXPECT_EQ(memory_.held(), 50'000U);
}

TEST_F(RequestBody, InChunksTakesMemoryAsItComes) {
  read({http::Framing::chunked});
  const std::size_t at_first = memory_.held();
  arrives("C350\r\n" + std::string(50'000, 'x'));
  EXPECT_GE(memory_.held(), 50'000U);
  EXPECT_LT(at_first, 50'000U);
}

TEST_F(RequestBody, OverItsClientsShareIsNotReadNorAskedFor) {
  ASSERT_TRUE(memory_.take(account_, 2 * kLimit));
  read(length(10), true);
  EXPECT_EQ(error(), Errc::throttled);
  EXPECT_EQ(line_->sent, "");
}

TEST_F(RequestBody, InChunksOverItsClientsShareIsLeft) {
  memory_.change_limit(100'000);
  read({http::Framing::chunked});
  arrives("C350\r\n" + std::string(50'000, 'x'));
  EXPECT_EQ(error(), Errc::throttled);
}

}  // namespace
}  // namespace tollgate::proxy
