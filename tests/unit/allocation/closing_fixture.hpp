// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capacities.hpp"
#include "temp_directory.hpp"
#include "tollgate/allocation/hour_closing.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::allocation {

using std::chrono::hours;
using std::chrono::minutes;

/// 100 PTUs at 1 USD an hour, in a ledger of the test's own; every hour costs 100 USD.
class ClosingTest : public testing::Test {
 protected:
  static constexpr std::int64_t kHour = 100'000'000'000;  // nanos

  void SetUp() override { open(); }

  void open() {
    ledger_.reset();
    auto opened = ledger::Ledger::open(settings_, 1, std::chrono::system_clock::now());
    ASSERT_TRUE(opened) << opened.error().message;
    ledger_ = std::move(*opened);
    ASSERT_TRUE(ledger_->serve_exporters(std::vector<ledger::ExporterTerms>{{"one", true, true}}));
  }

  static pricing::Pricer pricer_of(pricing::Allocate allocate, std::int64_t ptu = 100) {
    pricing::Capacity one = pricing::capacity("2026-01-01", ptu);
    one.allocate = allocate;
    return pricing::Pricer(
        pricing::PriceList("USD",
                           {pricing::entry("gpt-5", {{pricing::PriceClass::input, "1000"},
                                                     {pricing::PriceClass::output, "8000"}})},
                           {}, pricing::CapacityList({one})),
        {});
  }

  /// One that began so long after the hour began that is shared out.
  static usage::UsageRecord record(minutes after, std::int64_t prompt,
                                   std::int64_t completion = 0) {
    usage::UsageRecord out = pricing::served(prompt, completion);
    out.event_time = kBegin + after;
    out.record_id = make_uuid_v7(out.event_time);
    out.cost_basis = usage::CostBasis::allocated_later;
    return out;
  }

  void put(const usage::UsageRecord& one) {
    ASSERT_TRUE(ledger_->journal(0).open(one));
    ASSERT_TRUE(ledger_->journal(0).close(one));
  }

  std::size_t close(const pricing::Pricer& pricer, UtcTime now) {
    const auto reader = ledger::HourReader::open(settings_.path);
    EXPECT_TRUE(reader);
    const auto done = close_due_hours({ledger_->adjustments(), **reader, pricer, "gw"}, now);
    EXPECT_TRUE(done) << done.error().message;
    return done ? *done : 0;
  }

  /// All that were ever made, in their order.
  std::vector<usage::CostAdjustment> made() {
    std::vector<usage::CostAdjustment> out;
    const auto found = ledger_->adjustments().undelivered("one", 1'000'000);
    EXPECT_TRUE(found);
    for (const ledger::StoredAdjustment& one : *found) out.push_back(one.adjustment);
    return out;
  }

  /// What counts for each record in the end, by its id.
  std::map<Uuid, usage::CostAdjustment> counting() {
    std::map<Uuid, usage::CostAdjustment> out;
    for (usage::CostAdjustment& one : made()) out[one.record.record_id] = std::move(one);
    return out;
  }

  std::int64_t sum() {
    std::int64_t out = 0;
    for (const auto& [id, one] : counting()) out += one.record.cost_nano.value_or(0);
    return out;
  }

  /// Yesterday: what is older than the ledger's retention it would delete.
  static inline const UtcTime kBegin =
      pricing::hour_of(std::chrono::system_clock::now()) - hours(24);
  static inline const UtcTime kOver = kBegin + hours(1) + kAfterTheHour;

  ledger::TempDirectory directory_;
  config::Ledger settings_{.path = directory_ / "usage.ledger"};
  std::unique_ptr<ledger::Ledger> ledger_;
};

}  // namespace tollgate::allocation
