// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "delivery_set.hpp"

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

/// Runs until it is stopped.
class QuietDelivery : public exporters::Delivery {
 public:
  QuietDelivery(std::string name, asio::io_context& control, std::vector<std::string>& events)
      : name_(std::move(name)), wait_(control), events_(events) {
    wait_.expires_at(asio::steady_timer::time_point::max());
  }
  asio::awaitable<void> run(milliseconds) override {
    events_.push_back(name_ + " runs");
    boost::system::error_code ignored;
    while (!stopped_) {
      co_await wait_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    events_.push_back(name_ + " ends");
  }
  void stop() override {
    stopped_ = true;
    wait_.cancel();
  }
  exporters::DeliveryStatus status() const override { return {.last_error = name_}; }

 private:
  std::string name_;
  asio::steady_timer wait_;
  std::vector<std::string>& events_;
  bool stopped_ = false;
};

class DeliverySetTest : public testing::Test {
 protected:
  static config::Exporter exporter(const std::string& name, const std::string& directory = "/d") {
    config::Exporter out;
    out.name = name;
    out.kind.emplace<config::JsonLines>().directory = directory;
    return out;
  }
  void use(const std::vector<config::Exporter>& exporters, bool all_anew = false) {
    set_.use(exporters, all_anew, [this](const config::Exporter& settings) {
      return std::make_unique<QuietDelivery>(settings.name, context_, events_);
    });
  }
  /// What has happened since the last call.
  std::vector<std::string> events() {
    context_.restart();
    context_.poll();
    return std::exchange(events_, {});
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const NamedDelivery& one : set_.status()) out.push_back(one.exporter);
    return out;
  }

  asio::io_context context_;
  std::vector<std::string> events_;
  DeliverySet set_{context_};
};

TEST_F(DeliverySetTest, WhatIsUnchangedGoesOn) {
  use({exporter("a"), exporter("b")});
  set_.start();
  EXPECT_THAT(events(), ElementsAre("a runs", "b runs"));
  use({exporter("b"), exporter("a", "/other"), exporter("c")});
  EXPECT_THAT(events(), testing::UnorderedElementsAre("a ends", "a runs", "c runs"));
  EXPECT_THAT(names(), ElementsAre("b", "a", "c"));
}

TEST_F(DeliverySetTest, WhatIsGoneEndsAndComesBack) {
  use({exporter("a")});
  set_.start();
  events();
  use({});
  EXPECT_THAT(events(), ElementsAre("a ends"));
  EXPECT_THAT(names(), IsEmpty());
  use({exporter("a")});
  EXPECT_THAT(events(), ElementsAre("a runs"));
}

TEST_F(DeliverySetTest, AnotherIdentityMakesAllAnew) {
  use({exporter("a")});
  set_.start();
  events();
  use({exporter("a")}, true);
  EXPECT_THAT(events(), ElementsAre("a ends", "a runs"));
}

TEST_F(DeliverySetTest, AStopEndsAll) {
  use({exporter("a"), exporter("b")});
  set_.start();
  events();
  set_.stop();
  EXPECT_THAT(events(), ElementsAre("a ends", "b ends"));
  EXPECT_TRUE(set_.wait_for(milliseconds(0)));
}

}  // namespace
}  // namespace tollgate::app
