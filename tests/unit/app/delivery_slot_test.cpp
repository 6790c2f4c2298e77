// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "delivery_slot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::app {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;

/// Runs until it is stopped, and then until its last upload is through.
class SlowDelivery : public exporters::Delivery {
 public:
  SlowDelivery(std::string name, asio::io_context& control, std::vector<std::string>& events)
      : name_(std::move(name)), wait_(control), events_(events) {
    wait_.expires_at(asio::steady_timer::time_point::max());
  }
  ~SlowDelivery() override { events_.push_back(name_ + " gone"); }

  asio::awaitable<void> run(milliseconds) override {
    events_.push_back(name_ + " runs");
    boost::system::error_code ignored;
    while (!stopped_ || !uploaded) {
      co_await wait_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    events_.push_back(name_ + " ends");
  }
  void stop() override {
    stopped_ = true;
    wait_.cancel();
  }
  void upload() {
    uploaded = true;
    wait_.cancel();
  }
  exporters::DeliveryStatus status() const override { return {.last_error = name_}; }

  bool uploaded = true;

 private:
  std::string name_;
  asio::steady_timer wait_;
  std::vector<std::string>& events_;
  bool stopped_ = false;
};

class DeliverySlotTest : public testing::Test {
 protected:
  SlowDelivery& use(const std::string& name) {
    auto delivery = std::make_unique<SlowDelivery>(name, context_, events_);
    SlowDelivery& out = *delivery;
    slot_.use(std::move(delivery));
    return out;
  }
  /// What has happened since the last call.
  std::vector<std::string> events() {
    context_.restart();
    context_.poll();
    return std::exchange(events_, {});
  }

  asio::io_context context_;
  std::vector<std::string> events_;
  DeliverySlot slot_{context_};
};

TEST_F(DeliverySlotTest, TheNextBeginsWhenTheOneBeforeHasEnded) {
  SlowDelivery& first = use("first");
  slot_.start();
  EXPECT_THAT(events(), ElementsAre("first runs"));
  first.uploaded = false;
  use("second");
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(slot_.status().last_error, "first");
  first.upload();
  EXPECT_THAT(events(), ElementsAre("first ends", "first gone", "second runs"));
  EXPECT_EQ(slot_.status().last_error, "second");
}

TEST_F(DeliverySlotTest, OfSeveralTheLastIsUsed) {
  use("first").uploaded = true;
  slot_.start();
  events();
  use("second");
  use("third");
  EXPECT_THAT(events(), ElementsAre("second gone", "first ends", "first gone", "third runs"));
}

TEST_F(DeliverySlotTest, OneComesAndGoes) {
  slot_.use(nullptr);
  slot_.start();
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_FALSE(slot_.in_use());
  EXPECT_EQ(slot_.status().consecutive_failures, 0U);
  use("first");
  EXPECT_THAT(events(), ElementsAre("first runs"));
  slot_.use(nullptr);
  EXPECT_THAT(events(), ElementsAre("first ends", "first gone"));
  EXPECT_FALSE(slot_.in_use());
}

TEST_F(DeliverySlotTest, AStopWaitsForItsEnd) {
  SlowDelivery& only = use("only");
  slot_.start();
  events();
  only.uploaded = false;
  slot_.stop();
  EXPECT_THAT(events(), IsEmpty());
  only.upload();
  EXPECT_THAT(events(), ElementsAre("only ends"));
  EXPECT_TRUE(slot_.wait_for(milliseconds(0)));
  EXPECT_TRUE(context_.stopped());
}

TEST_F(DeliverySlotTest, AStopWithoutADeliveryEndsAtOnce) {
  slot_.start();
  events();
  slot_.stop();
  events();
  EXPECT_TRUE(slot_.wait_for(milliseconds(0)));
}

}  // namespace
}  // namespace tollgate::app
