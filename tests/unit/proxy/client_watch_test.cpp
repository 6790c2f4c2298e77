// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_watch.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "net/memory_stream.hpp"

namespace tollgate::proxy {
namespace {

using config::OnClientAbort;

class ClientWatchTest : public testing::Test {
 protected:
  void watch(OnClientAbort policy) {
    watch_.emplace(stream_, cancellation_, policy, drains_, kMost);
  }

  static constexpr std::size_t kMost = 2;
  boost::asio::io_context context_;
  std::shared_ptr<net::MemoryLine> client_ = std::make_shared<net::MemoryLine>();
  net::MemoryStream stream_{context_.get_executor(), client_};
  Cancellation cancellation_;
  Drains drains_;
  std::optional<ClientWatch> watch_;
};

TEST_F(ClientWatchTest, NothingIsCountedWhileTheClientStays) {
  watch(OnClientAbort::drain);
  EXPECT_TRUE(cancellation_.wanted());
  EXPECT_EQ(drains_.now, 0U);
  watch_.reset();
  EXPECT_EQ(drains_.now, 0U);
}

TEST_F(ClientWatchTest, AnAnswerIsReadOnAndCountsAsLongAsItIs) {
  watch(OnClientAbort::drain);
  client_->ends();
  EXPECT_FALSE(cancellation_.wanted());
  EXPECT_FALSE(cancellation_.ended());
  EXPECT_EQ(drains_.now, 1U);
  watch_.reset();
  EXPECT_EQ(drains_.now, 0U);
}

TEST_F(ClientWatchTest, OneTooManyIsCutOffAndDoesNotCount) {
  drains_.now = kMost;
  watch(OnClientAbort::drain);
  client_->ends();
  EXPECT_TRUE(cancellation_.ended());
  watch_.reset();
  EXPECT_EQ(drains_.now, kMost);
}

TEST_F(ClientWatchTest, ByItsPolicyNoneIsReadOn) {
  watch(OnClientAbort::cancel);
  client_->ends(net::MemoryLine::End::reset);
  EXPECT_TRUE(cancellation_.ended());
  EXPECT_EQ(drains_.now, 0U);
}

TEST_F(ClientWatchTest, WhoLeavesBehindItsRequestIsNoMoreItsConcern) {
  watch(OnClientAbort::drain);
  watch_.reset();
  client_->ends();
  EXPECT_TRUE(cancellation_.wanted());
  EXPECT_EQ(drains_.now, 0U);
}

}  // namespace
}  // namespace tollgate::proxy
