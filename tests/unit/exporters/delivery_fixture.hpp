// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "fake_ledger.hpp"
#include "telemetry/quiet_log.hpp"
#include "tollgate/exporters/delivery.hpp"

namespace tollgate::exporters {

namespace asio = boost::asio;
using Ids = std::vector<std::string>;

/// A destination that takes ids, as a test wants.
class FakeExporter : public Exporter {
 public:
  using Judge = std::function<SendResult(const Ids&)>;
  FakeExporter(const Judge& judge, bool blocks) : judge_(judge), blocks_(blocks) {}

  BatchLimits limits() const override { return {.bytes = 500'000, .per_row = 1}; }
  /// The id, behind which a large row (JSON cuts what is too long for a column) is over the limit.
  std::string encode(const Row& row) const override {
    constexpr std::size_t kLarge = 20'000;
    return row.id + std::string(row.json.size() > kLarge ? limits().bytes : 0, 'u');
  }
  bool blocks() const override { return blocks_; }
  asio::awaitable<SendResult> send(std::span<const std::string> rows, SendTerms terms) override {
    EXPECT_LE(terms.timeout, seconds(30));
    Ids ids;
    for (const std::string& row : rows) ids.push_back(row.substr(0, 36));
    co_return judge_(ids);
  }

 private:
  const Judge& judge_;
  bool blocks_;
};

inline SendResult refused() { return Rejected{{}, "refused"}; }
inline SendResult broken(bool alarm = false) {
  return RetryAfter{"broken", milliseconds(0), alarm};
}

/// A delivery whose service accepts everything that `judge` does not refuse.
class DeliveryTest : public testing::Test {
 protected:
  /// Runs until the condition holds; fails when nothing happens for a second, or far too much.
  void run_until(const std::function<bool()>& condition) {
    if (!started_) {
      asio::co_spawn(context_, delivery_->run(seconds(5)),
                     [this](const std::exception_ptr&) { ended_ = true; });
    }
    started_ = true;
    context_.restart();
    while (!condition()) {
      ASSERT_GT(context_.run_one_for(std::chrono::seconds(1)), 0U) << "nothing happens any more";
      ASSERT_LT(sent_.size(), 1000U) << "it goes round in circles";
    }
  }
  void run_until_empty() {
    run_until([this] { return ledger_.queue().empty(); });
  }
  void run_until_sent(std::size_t count) {
    run_until([this, count] { return sent_.size() >= count; });
  }
  void stop() {
    delivery_->stop();
    run_until([this] { return ended_; });
  }

  Ids queued_ids() const {
    Ids out;
    for (const auto& [sequence, stored] : ledger_.queue()) out.push_back(FakeLedger::id_of(stored));
    return out;
  }
  /// The ids of these records, which are still queued.
  std::set<std::string> ids_of(std::initializer_list<std::int64_t> sequences) const {
    std::set<std::string> out;
    for (const std::int64_t sequence : sequences)
      out.insert(FakeLedger::id_of(ledger_.queue().at(sequence)));
    return out;
  }
  /// Answers so to every batch that holds one of these records.
  void refuse(std::set<std::string> bad) {
    judge = [bad = std::move(bad)](const Ids& ids) -> SendResult {
      const bool found =
          std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return bad.count(id) > 0; });
      return found ? refused() : SendResult(Accepted{});
    };
  }
  FakeExporter::Judge judge = [](const Ids&) { return Accepted{}; };
  FakeExporter::Judge serve_ = [this](const Ids& ids) {
    sent_.push_back(ids);
    SendResult result = judge(ids);
    if (std::holds_alternative<Accepted>(result)) {
      accepted_.insert(accepted_.end(), ids.begin(), ids.end());
    }
    return result;
  };
  std::vector<Ids> sent_;
  Ids accepted_;
  telemetry::QuietLog quiet_;
  asio::io_context context_;
  asio::io_context& disk_ = context_;
  FakeLedger ledger_;
  std::unique_ptr<Delivery> delivery_ =
      make_delivery("one", milliseconds(1), std::make_unique<FakeExporter>(serve_, false),
                    make_record_source(ledger_, "one"),
                    {context_.get_executor(), disk_.get_executor(), disk_.get_executor()});
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace tollgate::exporters
