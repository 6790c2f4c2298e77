// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/adjustments.hpp"

#include <gtest/gtest.h>

#include "adjustment_delivery.hpp"
#include "adjustment_table.hpp"
#include "database_file.hpp"
#include "record_store.hpp"
#include "sample_record.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "tollgate/ledger/ledger_audit.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/salvage.hpp"

namespace tollgate::ledger {
namespace {

using usage::AdjustmentKind;
using usage::CostAdjustment;

/// That the record with this number costs so much.
CostAdjustment costing(std::uint64_t number, std::int64_t nano, std::string run = "first") {
  CostAdjustment out{.kind = AdjustmentKind::rerate, .run = std::move(run)};
  out.made_at = from_unix_micros(1'790'000'500'000'000);
  out.record = sample_close(number);
  out.record.cost_nano = nano;
  out.record.cost_currency = "USD";
  out.record.cost_basis = usage::CostBasis::priced;
  return out;
}

class Adjustments : public SqliteLedgerTest {
 protected:
  void SetUp() override { ledger_ = open(); }

  std::size_t add(const std::vector<CostAdjustment>& all) {
    const auto added = ledger_->adjustments().add(all, std::nullopt);
    EXPECT_TRUE(added) << added.error().message;
    return added ? *added : 0;
  }

  /// What the exporter "one" has not got.
  std::vector<std::int64_t> costs(std::size_t limit = 1000) {
    std::vector<std::int64_t> out;
    const auto found = ledger_->adjustments().undelivered("one", limit);
    EXPECT_TRUE(found);
    for (const StoredAdjustment& one : *found) out.push_back(*one.adjustment.record.cost_nano);
    return out;
  }

  Database database() { return *open_beside(settings_.path); }

  std::unique_ptr<Ledger> ledger_;
};

TEST_F(Adjustments, TheNewestCountsAndSaysWhatCountedBefore) {
  EXPECT_EQ(add({costing(1, 5)}), 1U);
  EXPECT_EQ(add({costing(1, 7, "second")}), 1U);
  Database beside = database();
  const auto newest = newest_adjustment(beside, sample_id(1));
  ASSERT_TRUE(*newest);
  EXPECT_EQ((*newest)->adjustment.record.cost_nano, 7);
  EXPECT_EQ((*newest)->adjustment.previous_nano, 5);
  EXPECT_EQ((*newest)->adjustment.previous_currency, "USD");
  EXPECT_EQ((*newest)->adjustment.record.client_name, "team-a");
  EXPECT_FALSE(*newest_adjustment(beside, sample_id(2)));
}

// Whoever has the rows alone takes the latest: it was another than the ledger's.
TEST_F(Adjustments, ANewerOneIsMadeLaterAlsoWhenTheClockWentBack) {
  add({costing(1, 5)});
  CostAdjustment earlier = costing(1, 7, "second");
  earlier.made_at -= std::chrono::hours(2);
  add({earlier});
  Database beside = database();
  EXPECT_EQ((**newest_adjustment(beside, sample_id(1))).adjustment.made_at,
            costing(1, 5).made_at + microseconds(1));
}

class DamagedAdjustment : public Adjustments {
 protected:
  void SetUp() override {
    Adjustments::SetUp();
    add({costing(1, 5)});
    ledger_.reset();
    inside_ = std::make_unique<Database>(*Database::open(settings_.path));
  }
  void run(const std::string& sql) { ASSERT_TRUE(inside_->execute(sql)) << sql; }

  std::vector<StoredAdjustment> all() {
    std::vector<StoredAdjustment> out;
    EXPECT_TRUE(for_each_newest(*inside_, from_unix_micros(0), UtcTime::max(),
                                [&](const StoredAdjustment& one) { out.push_back(one); }));
    return out;
  }

  std::unique_ptr<Database> inside_;
};

TEST_F(DamagedAdjustment, WhateverColumnIsDamagedIsFound) {
  for (const std::string change :
       {"payload = x'00ff00ff'", "payload = x''", "kind = 9", "kind = 0", "run = 'another'",
        "made_at = made_at + 1", "sequence = sequence + 1", "event_time = event_time + 1",
        "previous_nano = 0", "previous_currency = 'EUR'", "previous_basis = previous_basis + 1",
        "record_id = 'not one'"}) {
    run("BEGIN");
    run("UPDATE adjustments SET " + change);
    const auto found = all();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found.front().damaged) << change;
    EXPECT_FALSE(found.front().adjustment.record.cost_nano) << change;
    EXPECT_EQ(found.front().adjustment.record.cost_reason, "adjustment_damaged");
    run("ROLLBACK");
  }
  EXPECT_FALSE(all().front().damaged);
}

TEST_F(DamagedAdjustment, AFlippedBitChangesNoAmount) {
  const StoredAdjustment whole = all().front();
  std::string payload;
  {
    Statement row = inside_->prepare("SELECT payload FROM adjustments");
    ASSERT_TRUE(*row.step());
    payload = row.text(0);
  }
  std::size_t damaged = 0;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    std::string flipped = payload;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    Statement change = inside_->prepare("UPDATE adjustments SET payload = ?");
    change.bind_bytes(1, flipped);
    ASSERT_TRUE(change.run());
    const StoredAdjustment read = all().front();
    EXPECT_TRUE(read.damaged || read.adjustment == whole.adjustment) << i;
    damaged += read.damaged ? 1 : 0;
  }
  EXPECT_EQ(damaged, payload.size());
}

// Without its sum it was taken for one of a version before there were sums.
TEST_F(DamagedAdjustment, OneThatIsCutIsFoundWhereverTheCutIs) {
  run("UPDATE adjustments SET payload = substr(payload, 1, length(payload) - 9)");
  EXPECT_TRUE(all().front().damaged);
  EXPECT_FALSE(all().front().adjustment.record.cost_nano);
}

// Rows that changed places would have let the older one count.
TEST_F(DamagedAdjustment, OneWithAnotherPlaceInTheOrderIsFound) {
  ledger_ = open();
  add({costing(1, 7, "second")});
  ledger_.reset();
  run("UPDATE adjustments SET sequence = 9 WHERE sequence = 1");
  EXPECT_TRUE(all().front().damaged);
}

TEST_F(Adjustments, ASequenceIsNeverGivenTwice) {
  add({costing(1, 5)});
  ASSERT_TRUE(database().execute("DELETE FROM adjustments"));
  add({costing(1, 7, "second")});
  Database beside = database();
  EXPECT_EQ((**newest_adjustment(beside, sample_id(1))).sequence, 2);
}

// What the roll-ups have of it nobody knows: it would have counted twice.
TEST_F(DamagedAdjustment, NothingIsAdjustedOverItUntilASalvage) {
  run("UPDATE adjustments SET payload = zeroblob(length(payload))");
  ledger_ = open();
  const auto added = ledger_->adjustments().add(std::vector{costing(1, 7, "second")}, {});
  ASSERT_TRUE(added.has_error());
  EXPECT_NE(added.error().message.find("the adjustment 1 of the record"), std::string::npos);
  {
    const auto reader = LedgerReader::open(settings_.path);
    EXPECT_TRUE((**(*reader)->adjustment_of(sample_id(1))).damaged);
    EXPECT_EQ((*reader)->faults(),
              std::vector<std::string>{
                  "the adjustment 1 is damaged: what its record costs is not known"});
  }
  const auto faults = audit(settings_.path)->faults;
  EXPECT_EQ(faults, std::vector<std::string>{"the adjustment 1 is damaged"});
  ledger_.reset();
  inside_.reset();
  EXPECT_EQ(salvage(settings_.path)->lost_tables, std::vector<std::string>{"adjustments"});
  ledger_ = open();
  EXPECT_EQ(add({costing(1, 7, "second")}), 1U);
}

// Hours that nobody shares out any more would keep records without a cost.
TEST_F(DamagedAdjustment, ASalvageThatLosesOneLetsHoursBeClosedAgain) {
  run("INSERT INTO closed_hours VALUES ('sweden', 'gpt-5', 7)");
  run("UPDATE adjustments SET payload = zeroblob(length(payload))");
  inside_.reset();
  ASSERT_TRUE(salvage(settings_.path));
  ledger_ = open();
  EXPECT_FALSE(*ledger_->adjustments().closed_to("sweden", "gpt-5"));
}

TEST_F(Adjustments, WhatIsDoneAgainChangesNothing) {
  EXPECT_EQ(add({costing(1, 5), costing(2, 6)}), 2U);
  EXPECT_EQ(add({costing(1, 5), costing(2, 6)}), 0U);
  EXPECT_EQ(add({costing(1, 5, "another run, the same cost")}), 0U);
  EXPECT_EQ(add({costing(1, 9)}), 0U);  // one of a kind and run
  EXPECT_EQ(add({costing(1, 9, "second")}), 1U);
}

TEST_F(Adjustments, WhatTheRecordSaysItselfIsNoAdjustment) {
  CostAdjustment same = costing(1, 5);
  same.previous_nano = 5;
  same.previous_currency = "USD";
  same.previous_basis = usage::CostBasis::priced;
  EXPECT_EQ(add({same}), 0U);
}

TEST_F(Adjustments, AnHourIsClosedWithItsLastAdjustments) {
  const UtcTime hour = from_unix_micros(1'790'000'000'000'000);
  EXPECT_FALSE(*ledger_->adjustments().closed_to("sweden", "gpt-5"));
  ASSERT_TRUE(ledger_->adjustments().add({}, ClosedHour{"sweden", "gpt-5", hour}));
  EXPECT_EQ(**ledger_->adjustments().closed_to("sweden", "gpt-5"), hour);
  const UtcTime earlier = hour - seconds(3600);
  ASSERT_TRUE(ledger_->adjustments().add({}, ClosedHour{"sweden", "gpt-5", earlier}));
  EXPECT_EQ(**ledger_->adjustments().closed_to("sweden", "gpt-5"), earlier);
  EXPECT_FALSE(*ledger_->adjustments().closed_to("sweden", "another"));
}

TEST_F(Adjustments, AnExporterGetsEachOnce) {
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  add({costing(1, 5), costing(2, 6), costing(3, 7)});
  EXPECT_EQ(costs(2), (std::vector<std::int64_t>{5, 6}));
  ASSERT_TRUE(ledger_->adjustments().account("one", {{1, 2}, {}}, kNow));
  EXPECT_EQ(costs(), (std::vector<std::int64_t>{7}));
  ledger_.reset();
  ledger_ = open();
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  EXPECT_EQ(costs(), (std::vector<std::int64_t>{7}));
  EXPECT_EQ(ledger_->stats().adjustments.front().backlog, 1U);
}

TEST_F(Adjustments, ANewExporterBeginsWithTheNextUnlessItWantsAll) {
  add({costing(1, 5)});
  ASSERT_TRUE(serve(*ledger_, {{"one", true, false}}));
  add({costing(2, 6)});
  EXPECT_EQ(costs(), (std::vector<std::int64_t>{6}));
  EXPECT_FALSE(ledger_->adjustments().undelivered("nobody", 1));
}

TEST_F(Adjustments, WhatIsRefusedWaitsForAnOperator) {
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  add({costing(1, 5), costing(2, 6)});
  ASSERT_TRUE(ledger_->adjustments().account("one", {{2}, {{1, "no such column"}}}, kNow));
  EXPECT_TRUE(costs().empty());
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));  // looks at the numbers
  EXPECT_EQ(ledger_->stats().adjustments.front().quarantined, 1U);
  auto desk = DeliveryDesk::open(settings_.path);
  const auto refused = (*desk)->quarantined_adjustments({});
  ASSERT_EQ(refused->size(), 1U);
  EXPECT_EQ(refused->front().reason, "no such column");
  EXPECT_EQ(*(*desk)->retry({"one", {}}), 1U);
  EXPECT_EQ(costs(), (std::vector<std::int64_t>{5}));
  ASSERT_TRUE(ledger_->adjustments().account("one", {{1}, {}}, kNow));
  EXPECT_TRUE(costs().empty());
  EXPECT_TRUE((*desk)->quarantined_adjustments({})->empty());
}

TEST_F(Adjustments, WhatIsReleasedIsGivenUp) {
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  add({costing(1, 5)});
  ASSERT_TRUE(ledger_->adjustments().account("one", {{}, {{1, "no"}}}, kNow));
  auto desk = DeliveryDesk::open(settings_.path);
  EXPECT_EQ(*(*desk)->release({"", {sample_id(1)}}), 1U);
  EXPECT_TRUE((*desk)->quarantined_adjustments({})->empty());
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  EXPECT_EQ(ledger_->stats().adjustments.front().given_up, 1U);
}

TEST_F(Adjustments, AreWrittenBesideTheGateway) {
  const auto desk = AdjustmentDesk::open(settings_.path);
  ASSERT_TRUE(desk);
  EXPECT_EQ(*(*desk)->add(std::vector{costing(1, 5)}), 1U);
  EXPECT_EQ(add({costing(1, 5)}), 0U);
}

TEST_F(Adjustments, AReaderSeesTheNewestOfEachRecord) {
  add({costing(2, 6), costing(1, 5)});
  add({costing(1, 7, "second")});
  const auto reader = LedgerReader::open(settings_.path);
  std::vector<std::int64_t> seen;
  ASSERT_TRUE((*reader)->for_each_adjustment(
      {}, [&](const StoredAdjustment& one) { seen.push_back(*one.adjustment.record.cost_nano); }));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{7, 6}));
  EXPECT_EQ((**(*reader)->adjustment_of(sample_id(2))).adjustment.record.cost_nano, 6);
  EXPECT_FALSE(*(*reader)->adjustment_of(sample_id(3)));
}

TEST_F(Adjustments, GoOnceTheirRecordsHaveAndEverybodyHasThem) {
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  add({costing(1, 5), costing(2, 6)});
  ledger_.reset();
  auto store = RecordStore::open(settings_.path, config::Durability::process_crash);
  Database& inside = store->database();
  const UtcTime later = costing(1, 5).made_at + seconds(1);
  const auto left = [&] {
    Statement row = inside.prepare("SELECT COUNT(*) FROM adjustments");
    EXPECT_TRUE(*row.step());
    return row.number(0);
  };
  EXPECT_TRUE(delete_adjustments(inside, later, *adjustments_delivered(inside)));
  EXPECT_EQ(left(), 2);  // not delivered
  ASSERT_TRUE(account_adjustments(inside, "one", {{1, 2}, {}}, kNow));
  ASSERT_TRUE(
      inside.execute("INSERT INTO blocks VALUES (1, 1, 1790000000000002, 1790000000000002, "
                     "0, '', '')"));
  EXPECT_TRUE(delete_adjustments(inside, later, *adjustments_delivered(inside)));
  EXPECT_EQ(left(), 1);  // of the second the record is there
  ASSERT_TRUE(inside.execute("DELETE FROM blocks"));
  EXPECT_TRUE(delete_adjustments(inside, costing(1, 5).made_at, 9));
  EXPECT_EQ(left(), 1);  // too young
  EXPECT_TRUE(delete_adjustments(inside, later, *adjustments_delivered(inside)));
  EXPECT_EQ(left(), 0);
}

TEST_F(Adjustments, ASalvageKeepsThem) {
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  add({costing(1, 5), costing(2, 6)});
  ASSERT_TRUE(ledger_->adjustments().account("one", {{1}, {}}, kNow));
  ledger_.reset();
  const auto saved = salvage(settings_.path);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_TRUE(saved->lost_tables.empty());
  ledger_ = open();
  ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  EXPECT_EQ(costs(), (std::vector<std::int64_t>{6}));
}

}  // namespace
}  // namespace tollgate::ledger
