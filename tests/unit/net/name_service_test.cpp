// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/name_service.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "stream_pair.hpp"

namespace tollgate::net {
namespace {

namespace asio = boost::asio;

/// Never destroyed: a look-up's thread may outlive the tests.
const Addresses& kOne = *new Addresses{asio::ip::make_address("192.0.2.1")};
const Addresses& kOther = *new Addresses{asio::ip::make_address("192.0.2.2")};
const Error& kUnknown = *new Error{Errc::unavailable, "no such host"};

SteadyTime at(seconds time) { return SteadyTime(time); }

TEST(KnownHost, IsAskedForAgainWhenItsAddressesHaveAged) {
  KnownHost host;
  EXPECT_FALSE(host.fresh(at(seconds(100))));
  host.learn(kOne, at(seconds(100)));
  EXPECT_TRUE(host.fresh(at(seconds(129))));
  EXPECT_FALSE(host.fresh(at(seconds(130))));
  EXPECT_EQ(host.addresses(), kOne);
}

TEST(KnownHost, KeepsItsAddressesWhileItCannotBeLookedUp) {
  KnownHost host;
  host.learn(kOne, at(seconds(100)));
  host.learn(kUnknown, at(seconds(200)));
  EXPECT_TRUE(host.fresh(at(seconds(200)))) << "nobody is asked again at once";
  EXPECT_FALSE(host.fresh(at(seconds(201))));
  EXPECT_TRUE(host.failed_lately(at(seconds(200))));
  EXPECT_FALSE(host.failed_lately(at(seconds(201))));
  EXPECT_EQ(host.addresses(), kOne);
  host.learn(kOther, at(seconds(202)));
  EXPECT_FALSE(host.failed_lately(at(seconds(202))));
  EXPECT_EQ(host.addresses(), kOther);
}

/// Name servers that answer for "good" at once and for "hanging" when they are let; each look-up is
/// counted.
struct NameServers {
  std::mutex mutex;
  std::condition_variable changed;
  bool released = false;
  std::atomic<int> lookups{0};

  void release() {
    const std::lock_guard lock(mutex);
    released = true;
    changed.notify_all();
  }
  Result<Addresses> answer(const std::string& host) {
    ++lookups;
    if (host == "unknown") return kUnknown;
    if (host == "hanging") {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return released; });
    }
    return host == "good" ? kOne : kOther;
  }
};

class NameServiceTest : public StreamPair {
 protected:
  NameServiceTest() {
    service().use([servers = servers_](const std::string& host) { return servers->answer(host); });
  }
  ~NameServiceTest() override { servers_->release(); }

  NameService& service() { return NameService::of(context_); }
  asio::awaitable<Result<Addresses>> find(const char* host, milliseconds within = seconds(5)) {
    return service().find(host, std::chrono::steady_clock::now() + within);
  }

  std::shared_ptr<NameServers> servers_ =
      std::make_shared<NameServers>();  ///< outlived by look-ups
};

TEST_F(NameServiceTest, AHangingHostHoldsUpNobodyWhoAsksForAnother) {
  Started<Result<Addresses>> hanging(context_, find("hanging"));
  EXPECT_EQ(run(find("good")).value(), kOne);
  EXPECT_FALSE(hanging.done());
  servers_->release();
  EXPECT_EQ(hanging.get().value(), kOther);
}

TEST_F(NameServiceTest, AllWhoAskForOneHostWaitForOneLookup) {
  Started<Result<Addresses>> first(context_, find("hanging"));
  Started<Result<Addresses>> second(context_, find("hanging"));
  servers_->release();
  EXPECT_EQ(first.get().value(), kOther);
  EXPECT_EQ(second.get().value(), kOther);
  EXPECT_EQ(run(find("hanging")).value(), kOther);  // known by now
  EXPECT_EQ(servers_->lookups, 1);
}

TEST_F(NameServiceTest, TellsWhatCannotBeFound) {
  const Result<Addresses> found = run(find("unknown"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::unavailable);
}

TEST_F(NameServiceTest, WaitsNoLongerThanItMay) {
  const Result<Addresses> found = run(find("hanging", milliseconds(20)));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::timeout);
}

TEST_F(NameServiceTest, ALookupMayOutliveTheContext) {
  {
    asio::io_context other;
    NameService::of(other).use(
        [servers = servers_](const std::string& host) { return servers->answer(host); });
    Started<Result<Addresses>> hanging(other,
                                       NameService::of(other).find("hanging", SteadyTime::max()));
    EXPECT_FALSE(hanging.done());
  }
  servers_->release();
  EXPECT_EQ(run(find("good")).value(), kOne);
}

}  // namespace
}  // namespace tollgate::net
