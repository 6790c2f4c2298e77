// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/allocation/hour_closing.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "closing_fixture.hpp"
#include "tollgate/allocation/shared_hour.hpp"

namespace tollgate::allocation {
namespace {

using pricing::Allocate;
using usage::AdjustmentKind;

class HourClosing : public ClosingTest {};

TEST_F(HourClosing, SharesAnHourOutOnceItIsOverForAWhile) {
  const auto pricer = pricer_of(Allocate::utilisation);
  put(record(minutes(1), 100, 100));  // weighs 900
  put(record(minutes(59), 100));      // weighs 100
  EXPECT_EQ(close(pricer, kOver - seconds(1)), 0U);
  EXPECT_EQ(close(pricer, kOver), 1U);
  const auto all = made();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].record.cost_nano, kHour / 10 * 9);
  EXPECT_EQ(all[1].record.cost_nano, kHour / 10);
  EXPECT_EQ(all[0].kind, AdjustmentKind::allocation);
  EXPECT_EQ(all[0].record.cost_currency, "USD");
  EXPECT_EQ(all[0].record.cost_basis, usage::CostBasis::priced);
  EXPECT_EQ(all[0].record.client_name, "retail");
  EXPECT_EQ(all[0].previous_nano, std::nullopt);
  EXPECT_EQ(all[0].previous_basis, usage::CostBasis::allocated_later);
  EXPECT_EQ(close(pricer, kOver), 0U);
}

TEST_F(HourClosing, AnHourBelongsToWhatBeganInIt) {
  const auto pricer = pricer_of(Allocate::utilisation);
  put(record(minutes(0), 1));
  put(record(minutes(60), 1));
  EXPECT_EQ(close(pricer, kOver), 1U);
  ASSERT_EQ(made().size(), 1U);
  EXPECT_EQ(made()[0].record.event_time, kBegin);
}

TEST_F(HourClosing, WaitsForWhatIsStillOpen) {
  const auto pricer = pricer_of(Allocate::utilisation);
  put(record(minutes(1), 100));
  const usage::UsageRecord slow = record(minutes(2), 300);
  ASSERT_TRUE(ledger_->journal(0).open(slow));
  EXPECT_EQ(close(pricer, kOver + hours(5)), 0U);
  ASSERT_TRUE(ledger_->journal(0).close(slow));
  EXPECT_EQ(close(pricer, kOver), 1U);
  EXPECT_EQ(counting()[slow.record_id].record.cost_nano, kHour / 4 * 3);
}

TEST_F(HourClosing, WaitsForWhatAwaitsItsBackendThereAlone) {
  const auto pricer = pricer_of(Allocate::utilisation);
  put(record(minutes(1), 100));
  usage::UsageRecord elsewhere = record(minutes(2), 300);
  elsewhere.backend = "another";
  elsewhere.follow_path = "/openai/v1/responses/resp_1";
  put(elsewhere);
  usage::UsageRecord goes_on = record(minutes(3), 300);
  goes_on.follow_path = "/openai/v1/responses/resp_2";
  put(goes_on);
  EXPECT_EQ(close(pricer, kOver), 0U);
  const auto awaiting = ledger_->awaiting(10, 0);
  ASSERT_EQ(awaiting->size(), 2U);
  ledger::StoredRecord settled = awaiting->back();
  settled.record.follow_path.clear();
  ASSERT_TRUE(ledger_->settle(settled));
  EXPECT_EQ(close(pricer, kOver), 1U);
  EXPECT_EQ(counting()[goes_on.record_id].record.cost_nano, kHour / 4 * 3);
}

TEST_F(HourClosing, ALateRecordGetsItsShareWhenTheNextHourCloses) {
  const auto pricer = pricer_of(Allocate::utilisation);
  const usage::UsageRecord first = record(minutes(1), 100);
  put(first);
  EXPECT_EQ(close(pricer, kOver), 1U);
  const usage::UsageRecord late = record(minutes(2), 300);
  put(late);
  EXPECT_EQ(close(pricer, kOver + hours(1)), 1U);
  EXPECT_EQ(counting()[first.record_id].record.cost_nano, kHour / 4);
  EXPECT_EQ(counting()[first.record_id].previous_nano, kHour);
  EXPECT_EQ(counting()[late.record_id].record.cost_nano, kHour / 4 * 3);
  EXPECT_EQ(sum(), 2 * kHour);  // nobody used the next hour
}

// All of the capacity stays what it was, and so did the name of the run: the rest was not written
// once more, and shares and rest came to more than the hour.
TEST_F(HourClosing, ALateRecordsShareGoesOffWhatNobodyUsed) {
  const auto pricer = pricer_of(Allocate::utilisation_of_capacity);
  constexpr std::int64_t kAll = 100LL * 4'750 * 60;
  put(record(minutes(1), kAll / 4));
  EXPECT_EQ(close(pricer, kOver), 1U);
  const usage::UsageRecord late = record(minutes(2), kAll / 2);
  put(late);
  EXPECT_EQ(close(pricer, kOver + hours(1)), 1U);
  EXPECT_EQ(counting()[late.record_id].record.cost_nano, kHour / 2);
  EXPECT_EQ(sum(), 2 * kHour);  // nobody used the next hour
}

class KeptHour : public HourClosing {
 protected:
  /// The hour's only record pays all of it; then comes another.
  void SetUp() override {
    HourClosing::SetUp();
    put(first_);
    EXPECT_EQ(close(pricer_, kOver), 1U);
  }

  /// As `tollgate rerate` does it: twice the price.
  void rerate() {
    const auto dearer = pricer_of(Allocate::utilisation, 200);
    const auto& list = dearer.list().capacities();
    const HourOfDeployment of{"gw", "sweden", "gpt-5",
                              *pricing::capacity_in(list.history("sweden", "gpt-5"), kBegin, "USD"),
                              dearer};
    SharedHour shared(of, AdjustmentKind::rerate, kOver, " rerate now");
    shared.weigh(first_);
    ASSERT_TRUE(shared.share_out());
    ASSERT_TRUE(ledger_->adjustments().add(std::vector{shared.adjust(first_), shared.rest()}, {}));
  }

  const usage::UsageRecord first_ = record(minutes(1), 100);
  const usage::UsageRecord late_ = record(minutes(2), 100);
  const pricing::Pricer pricer_ = pricer_of(Allocate::utilisation);
};

TEST_F(KeptHour, WhatWasReratedIsNotUndoneByALateRecord) {
  rerate();
  put(late_);
  EXPECT_EQ(close(pricer_, kOver + hours(1)), 1U);
  EXPECT_EQ(counting()[first_.record_id].record.cost_nano, 2 * kHour);
  EXPECT_FALSE(counting().contains(late_.record_id));
  EXPECT_EQ(sum(), 3 * kHour);  // nobody used the next hour
}

TEST_F(KeptHour, StandsByThePricesByWhichItWasClosed) {
  put(late_);
  EXPECT_EQ(close(pricer_of(Allocate::utilisation, 200), kOver + hours(1)), 1U);
  EXPECT_EQ(counting()[first_.record_id].record.cost_nano, kHour);
  EXPECT_EQ(sum(), 3 * kHour);  // the next hour cost twice as much
}

// It stood as unused for good.
TEST_F(HourClosing, WhatAClockThatWentAheadClosedIsClosedAgainWhenItIsDue) {
  const auto pricer = pricer_of(Allocate::utilisation);
  put(record(minutes(1), 100));
  EXPECT_EQ(close(pricer, kOver + hours(3)), 4U);
  const UtcTime back = kOver + minutes(20);
  EXPECT_EQ(close(pricer, back), 0U);
  const usage::UsageRecord served = record(minutes(100), 100);
  put(served);
  EXPECT_EQ(close(pricer, back), 0U);
  EXPECT_EQ(close(pricer, kOver + hours(1)), 1U);
  EXPECT_EQ(counting()[served.record_id].record.cost_nano, kHour);
  EXPECT_EQ(close(pricer, kOver + hours(3)), 2U);
  EXPECT_EQ(sum(), 4 * kHour);
}

TEST_F(HourClosing, WhatNobodyUsedIsTold) {
  const auto pricer = pricer_of(Allocate::utilisation_of_capacity);
  // A fourth of what 100 PTUs of 4,750 tokens a minute take in an hour.
  const usage::UsageRecord one = record(minutes(1), 100LL * 4'750 * 60 / 4);
  put(one);
  EXPECT_EQ(close(pricer, kOver), 1U);
  EXPECT_EQ(counting()[one.record_id].record.cost_nano, kHour / 4);
  const usage::CostAdjustment rest = made().back();
  EXPECT_EQ(rest.kind, AdjustmentKind::unused_capacity);
  EXPECT_EQ(rest.record.cost_nano, kHour / 4 * 3);
  EXPECT_EQ(rest.record.cost_reason, "unused_capacity");
  EXPECT_EQ(rest.record.client_name, "");
  EXPECT_EQ(rest.record.backend_deployment, "gpt-5");
  EXPECT_EQ(rest.previous_nano, 0);
}

TEST_F(HourClosing, AtListPricesTheRestMayBeBelowZero) {
  const auto pricer = pricer_of(Allocate::list_price);
  usage::UsageRecord one = record(minutes(1), 200'000);  // 200 USD at 1,000 a million
  put(one);
  EXPECT_EQ(close(pricer, kOver), 1U);
  EXPECT_EQ(counting()[one.record_id].record.cost_nano, 2 * kHour);
  EXPECT_EQ(made().back().record.cost_nano, -kHour);
  EXPECT_EQ(made().back().record.cost_reason, "list_price_difference");
}

TEST_F(HourClosing, WhatIsPricedAlreadyIsNotAdjusted) {
  const auto pricer = pricer_of(Allocate::list_price);
  usage::UsageRecord one = record(minutes(1), 100'000);
  pricer.price(one);
  ASSERT_EQ(one.cost_nano, kHour);
  put(one);
  EXPECT_EQ(close(pricer, kOver), 1U);
  EXPECT_TRUE(made().empty());  // and nothing is left of the hour
}

TEST_F(HourClosing, NobodyPaysWhereNothingIsAllocated) {
  const auto pricer = pricer_of(Allocate::none);
  put(record(minutes(1), 100));
  EXPECT_EQ(close(pricer, kOver), 1U);
  EXPECT_TRUE(made().empty());
}

TEST_F(HourClosing, OnlyRecordsOfTheCapacityPay) {
  const auto pricer = pricer_of(Allocate::utilisation);
  usage::UsageRecord spilled = record(minutes(1), 100);
  spilled.spilled_over = true;
  spilled.served_deployment = "gpt-5-standard";
  spilled.sku = "GlobalStandard";
  put(spilled);
  usage::UsageRecord another = record(minutes(1), 100);
  another.backend_deployment = "another";
  put(another);
  usage::UsageRecord contradicts = record(minutes(2), 1);
  contradicts.tokens.cached_prompt = 2;
  put(contradicts);
  const usage::UsageRecord paying = record(minutes(3), 1);
  put(paying);
  EXPECT_EQ(close(pricer, kOver), 1U);
  ASSERT_EQ(made().size(), 2U);
  EXPECT_EQ(counting()[paying.record_id].record.cost_nano, kHour);
  const usage::CostAdjustment unknown = counting()[contradicts.record_id];
  EXPECT_EQ(unknown.record.cost_nano, std::nullopt);
  EXPECT_EQ(unknown.record.cost_reason, "counts_contradict");
}

TEST_F(HourClosing, AGatewayThatWasDownMakesItsHoursUp) {
  const auto pricer = pricer_of(Allocate::utilisation);
  put(record(minutes(1), 100));
  put(record(minutes(3 * 60 + 1), 100));
  open();
  EXPECT_EQ(close(pricer, kOver + hours(4)), 5U);
  EXPECT_EQ(sum(), 5 * kHour);
  EXPECT_EQ(counting().size(), 5U);  // two records, and three hours of which nothing was used
  open();
  EXPECT_EQ(close(pricer, kOver + hours(4)), 0U);
}

TEST_F(HourClosing, NothingIsKnownOfHoursBeforeTheFirstRecord) {
  EXPECT_EQ(close(pricer_of(Allocate::utilisation), kOver), 0U);
  put(record(minutes(61), 1));
  EXPECT_EQ(close(pricer_of(Allocate::utilisation), kOver + hours(1)), 1U);
  EXPECT_EQ(sum(), kHour);
}

/// Dies at its second transaction.
class DyingBook : public ledger::AdjustmentBook {
 public:
  explicit DyingBook(ledger::AdjustmentBook& book) : book_(book) {}
  Result<std::size_t> add(std::span<const usage::CostAdjustment> adjustments,
                          const std::optional<ledger::ClosedHour>& closed) override {
    if (++calls_ == 2) ::raise(SIGKILL);
    return book_.add(adjustments, closed);
  }
  Result<std::optional<UtcTime>> closed_to(const std::string& backend,
                                           const std::string& deployment) override {
    return book_.closed_to(backend, deployment);
  }
  Result<std::optional<UtcTime>> first_unfinished(const ledger::Concerns& concerns) override {
    return book_.first_unfinished(concerns);
  }
  Result<std::optional<UtcTime>> first_kept() override { return book_.first_kept(); }
  Result<std::vector<ledger::StoredAdjustment>> undelivered(const std::string& exporter,
                                                            std::size_t limit) override {
    return book_.undelivered(exporter, limit);
  }
  Result<void> account(const std::string& exporter, const ledger::AdjustmentAccounting& accounting,
                       UtcTime now) override {
    return book_.account(exporter, accounting, now);
  }

 private:
  ledger::AdjustmentBook& book_;
  int calls_ = 0;
};

/// One that refuses what is of one deployment, as where an adjustment of it is damaged.
class RefusingBook : public DyingBook {
 public:
  explicit RefusingBook(ledger::AdjustmentBook& book) : DyingBook(book), refusing_(book) {}
  Result<std::size_t> add(std::span<const usage::CostAdjustment> adjustments,
                          const std::optional<ledger::ClosedHour>& closed) override {
    if (closed && closed->deployment == "gpt-5") return Error{Errc::storage, "it is damaged"};
    return refusing_.add(adjustments, closed);
  }

 private:
  ledger::AdjustmentBook& refusing_;
};

// The hours of all deployments behind it in the list stayed open.
TEST_F(HourClosing, WhatStopsOneDeploymentStopsNoOther) {
  pricing::Capacity other = pricing::capacity("2026-01-01");
  other.deployment = "gpt-5-other";
  const pricing::Pricer pricer(
      pricing::PriceList("USD", {}, {},
                         pricing::CapacityList({pricing::capacity("2026-01-01"), other})),
      {});
  put(record(minutes(1), 100));
  usage::UsageRecord of_other = record(minutes(2), 100);
  of_other.backend_deployment = "gpt-5-other";
  put(of_other);
  const auto reader = ledger::HourReader::open(settings_.path);
  RefusingBook book(ledger_->adjustments());
  for (int looks = 0; looks < 2; ++looks) {
    const auto done = close_due_hours({book, **reader, pricer, "gw"}, kOver);
    ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().message, "sweden/gpt-5: it is damaged");
    EXPECT_EQ(**ledger_->adjustments().closed_to("sweden", "gpt-5-other"), kBegin);
  }
  EXPECT_FALSE(*ledger_->adjustments().closed_to("sweden", "gpt-5"));
  EXPECT_EQ(close(pricer, kOver), 1U);
}

TEST_F(HourClosing, AKillInTheMiddleLosesNoneAndMakesNoneTwice) {
  constexpr std::int64_t kRecords = 1'201;  // three transactions
  const auto pricer = pricer_of(Allocate::utilisation_of_capacity);
  for (std::int64_t i = 0; i < kRecords; ++i) put(record(minutes(i % 60), 1 + i, i));
  ledger_.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto ledger = ledger::Ledger::open(settings_, 1, std::chrono::system_clock::now());
    const auto reader = ledger::HourReader::open(settings_.path);
    if (!ledger || !reader) ::_exit(1);
    DyingBook book((*ledger)->adjustments());
    (void)close_due_hours({book, **reader, pricer, "gw"}, kOver);
    ::_exit(2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  open();
  EXPECT_EQ(made().size(), 500U);
  EXPECT_EQ(close(pricer, kOver), 1U);
  EXPECT_EQ(made().size(), static_cast<std::size_t>(kRecords) + 1);
  EXPECT_EQ(counting().size(), static_cast<std::size_t>(kRecords) + 1);
  EXPECT_EQ(sum(), kHour);
}

}  // namespace
}  // namespace tollgate::allocation
