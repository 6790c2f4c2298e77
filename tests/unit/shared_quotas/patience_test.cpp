// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "replica.hpp"

// A request waits for the store as long as it was told, and not once for each slot that it asks.
namespace tollgate::shared_quotas {
namespace {

/// Answers every call at once and keeps how long it might have taken.
class PatientClient : public redis::Client {
 public:
  PatientClient(boost::asio::io_context& io, StoreSeam& store) : io_(io), store_(store) {}

  void send(redis::Call call, Done done) override {
    patience.push_back(call.patience);
    boost::asio::post(io_, [answer = redis::Answer(store_.run(call)), done = std::move(done)] {
      if (done) done(answer);
    });
  }
  std::uint64_t session() const override { return 1; }
  bool ready() const override { return true; }

  std::vector<std::optional<milliseconds>> patience;

 private:
  boost::asio::io_context& io_;
  StoreSeam& store_;
};

/// What the calls of a request might take that began so long ago.
std::vector<std::optional<milliseconds>> asked_after(milliseconds gone) {
  boost::asio::io_context io;
  StoreModel store;
  PatientClient control(io, store);
  PatientClient client(io, store);
  quotas::Quotas quotas;
  (void)quotas.apply(
      {rule_of({quotas::Scope::client, "a", {}}, quotas::Measure::tokens, 100, true),
       rule_of({quotas::Scope::gateway, {}, {}}, quotas::Measure::tokens, 100, true)},
      TimeZone(), quotas::Moment::now());
  SharedQuotas shared(io.get_executor(), control, quotas, "tollgate:", {"g", 1, 1},
                      milliseconds(5'000));
  const auto worker = shared.make_worker(0, client, io.get_executor());
  const auto set = quotas.limits_of("a", {}, "m");
  quotas::Moment began = quotas::Moment::now();
  began.steady -= gone;
  boost::asio::co_spawn(
      io,
      [](StoreWorker& asked, const quotas::LimitSet& limits,
         quotas::Moment from) -> boost::asio::awaitable<void> {
        const quotas::Demand demand{1, 10, 0, std::nullopt};
        quotas::Reserved got = co_await asked.reserve(limits, demand, from);
        got.reservation.release(from);
      }(*worker, set, began),
      boost::asio::detached);
  io.run();
  return client.patience;
}

TEST(Patience, IsTheRequestsAndNotTheCalls) {
  const auto calls = asked_after(milliseconds(4'000));
  ASSERT_GE(calls.size(), 4U) << "two slots, each stated and asked";
  for (const auto& one : calls) {
    ASSERT_TRUE(one);
    EXPECT_GT(*one, milliseconds(0));
    EXPECT_LE(*one, milliseconds(1'000));
  }
}

TEST(Patience, IsNeverNone) {
  for (const auto& one : asked_after(milliseconds(60'000))) EXPECT_EQ(one, milliseconds(1));
}

}  // namespace
}  // namespace tollgate::shared_quotas
