// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "tollgate/shared_quotas/shared_quotas.hpp"
#include "unsure_client.hpp"

namespace tollgate::shared_quotas {

/// What one of these tests' limits is of: windows so long that none ends within a test.
inline quotas::Rule rule_of(quotas::Subject subject, quotas::Measure measure, std::int64_t amount,
                            bool strict) {
  quotas::Rule out;
  out.subject = std::move(subject);
  out.limit.measure = measure;
  out.limit.period =
      measure == quotas::Measure::in_flight ? quotas::Period::none : quotas::Period::year;
  out.limit.amount = amount;
  out.limit.strict = strict;
  out.limit.on_store_failure = quotas::OnStoreFailure::closed;
  return out;
}

/// A process of a gateway: what it has of the limits, and its ways to the store.
class Replica {
 public:
  Replica(boost::asio::io_context& io, const std::vector<quotas::Rule>& rules, Process process,
          StoreSeam& store, LateCalls& late, std::mt19937_64& random)
      : io_(io), control_client_(store, late, random) {
    const quotas::Moment now = quotas::Moment::now();
    (void)quotas_.apply(rules, TimeZone(), now);
    const unsigned workers = process.workers;
    shared_ = std::make_unique<SharedQuotas>(io.get_executor(), control_client_, quotas_,
                                             "tollgate:", std::move(process), milliseconds(50));
    for (unsigned i = 0; i < workers; ++i) {
      clients_.push_back(std::make_unique<UnsureClient>(store, late, random));
      workers_.push_back(shared_->make_worker(i, *clients_.back(), io.get_executor()));
    }
    set_ = quotas_.limits_of("a", {}, "m");
  }
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  quotas::Quotas& quotas() { return quotas_; }
  SharedQuotas& shared() { return *shared_; }
  StoreWorker& worker(std::size_t i) { return *workers_.at(i); }
  UnsureClient& client(std::size_t i) {
    return i < clients_.size() ? *clients_[i] : control_client_;
  }
  std::size_t clients() const { return clients_.size() + 1; }
  bool idle() {
    for (std::size_t i = 0; i < clients(); ++i) {
      if (!client(i).idle()) return false;
    }
    return true;
  }

  /// `done` gets what came of it.
  void reserve(std::size_t worker, std::int64_t units, std::function<void(quotas::Reserved)> done) {
    auto work = [](Replica& self, std::size_t index, std::int64_t tokens,
                   std::function<void(quotas::Reserved)> then) -> boost::asio::awaitable<void> {
      const quotas::Demand demand{1, tokens, 0, std::nullopt};
      then(co_await self.worker(index).reserve(self.set_, demand, quotas::Moment::now()));
    };
    boost::asio::co_spawn(io_, work(*this, worker, units, std::move(done)), boost::asio::detached);
  }

  /// Used and reserved of the limit of that measure and scope.
  std::int64_t claimed(quotas::Scope scope, quotas::Measure measure) {
    std::int64_t out = 0;
    for (const quotas::OwnUse& own : quotas_.own_use(quotas::Moment::now())) {
      if (own.key->subject.scope == scope && own.key->measure == measure) out += own.claimed;
    }
    return out;
  }

 private:
  boost::asio::io_context& io_;
  quotas::Quotas quotas_;
  UnsureClient control_client_;
  std::unique_ptr<SharedQuotas> shared_;
  std::vector<std::unique_ptr<UnsureClient>> clients_;
  std::vector<std::unique_ptr<StoreWorker>> workers_;
  quotas::LimitSet set_;
};

}  // namespace tollgate::shared_quotas
