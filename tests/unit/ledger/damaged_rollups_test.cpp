// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "counter_check.hpp"
#include "rollup_fixture.hpp"
#include "rollup_table.hpp"

namespace tollgate::ledger {
namespace {

class DamagedRollups : public RollupTest {
 protected:
  /// Of all groups, in a row that is whole as a row.
  void change_day(const RollupSums& to) {
    constexpr std::int64_t kStart = 1'790'035'200;
    std::vector<std::int64_t> groups;
    {
      Statement rows = store_.database().prepare(
          "SELECT group_id FROM rollups WHERE length = 86400 AND kind = 0 AND start = " +
          std::to_string(kStart));
      while (*rows.step()) groups.push_back(rows.number(0));
    }
    for (const std::int64_t group : groups) {
      std::string bytes;
      encode_sums(to, {kUtcDay, kStart, group, RollupKind::records}, bytes);
      Statement change = store_.database().prepare(
          "UPDATE rollups SET sums = ? WHERE length = 86400 AND kind = 0 AND start = ? AND "
          "group_id = ?");
      change.bind_bytes(1, bytes);
      change.bind(2, kStart);
      change.bind(3, group);
      ASSERT_TRUE(change.run());
    }
  }
  /// As an earlier version wrote them, without seals: 28 sums in front, no six
  /// zeroes and no check sum behind.
  void take_check_sums_away() {
    ASSERT_TRUE(
        store_.database().execute("DELETE FROM counters WHERE counter = 10; DELETE FROM "
                                  "rollup_seals WHERE length = 0 AND start < 0"));
    std::vector<std::pair<RollupPlace, std::string>> rows;
    {
      Statement all =
          store_.database().prepare("SELECT length, start, group_id, kind, sums FROM rollups");
      while (*all.step()) rows.emplace_back(rollup_place(all), all.text(4));
    }
    for (auto& [place, bytes] : rows) {
      std::size_t at = 1;
      const auto pass_over = [&bytes = bytes](std::size_t from, int numbers) {
        for (int i = 0; i < numbers; ++i) {
          while ((static_cast<unsigned char>(bytes.at(from)) & 0x80U) != 0) ++from;
          ++from;
        }
        return from;
      };
      at = pass_over(at, 28);
      bytes = "\x38" + bytes.substr(1, at - 1) + bytes.substr(pass_over(at, 7));
      Statement change = store_.database().prepare(
          "UPDATE rollups SET sums = ? WHERE length = ? AND start = ? AND group_id = ? AND kind = "
          "?");
      change.bind_bytes(1, bytes);
      change.bind(2, place.length.count());
      change.bind(3, place.start);
      change.bind(4, place.group);
      change.bind(5, static_cast<std::int64_t>(place.kind));
      ASSERT_TRUE(change.run());
    }
  }
  std::size_t count_without() {
    Statement all = store_.database().prepare("SELECT sums FROM rollups");
    std::size_t out = 0;
    while (*all.step()) out += lacks_check_sum(all.text(0)) ? 1 : 0;
    return out;
  }
};

// Nobody could tell, and reports said it with status 0.
TEST_F(DamagedRollups, ARowThatWasChangedIsToldAndMadeAnew) {
  arrive(50);
  rolled();
  const auto before = sums(SumSource::rollups);
  const auto days = sums(SumSource::rollups, kUtcDay);
  ASSERT_TRUE(store_.database().execute(
      "UPDATE rollups SET sums = CAST(substr(sums, 1, 1) || x'08' || substr(sums, 3) AS BLOB) "
      "WHERE length = 86400; PRAGMA wal_checkpoint(TRUNCATE)"));
  EXPECT_FALSE((*LedgerReader::open(path_))
                   ->for_each_share({{},
                                     SumSource::rollups,
                                     [](UtcTime) {
                                       return DayParts{DayParts::Kind::one, {}};
                                     }},
                                    [](const UsageShare&) {}));
  const auto faults = audit(path_)->faults;
  ASSERT_FALSE(faults.empty());
  EXPECT_NE(faults.front().find("the roll-up of 2026-09-2"), std::string::npos) << faults.front();
  path_ = directory_ / "salvaged.ledger";
  std::filesystem::create_directory(path_ + ".journal");
  std::filesystem::copy(directory_ / "usage.ledger", path_);
  const auto saved = salvage(path_);
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->lost_tables, std::vector<std::string>());
  EXPECT_EQ(saved->disagreements, std::vector<std::string>());
  EXPECT_FALSE(saved->mended_sums.empty());
  EXPECT_EQ(sums(SumSource::rollups), before);
  EXPECT_EQ(sums(SumSource::rollups, kUtcDay), days);
  EXPECT_EQ(audit(path_)->faults, std::vector<std::string>());
}

// Reports said nothing was used, with status 0; only verify knew.
TEST_F(DamagedRollups, ADayThatIsGoneIsTold) {
  arrive(50);
  rolled();
  const auto read = [this](Period period) {
    return (*LedgerReader::open(path_))
        ->for_each_share({period, SumSource::rollups}, [](const UsageShare&) {});
  };
  ASSERT_TRUE(read({}));
  Statement last = store_.database().prepare("SELECT MAX(start) FROM rollups WHERE length = 86400");
  ASSERT_TRUE(*last.step());
  const std::int64_t day = last.number(0);
  last.reset();
  ASSERT_TRUE(store_.database().execute("DELETE FROM rollups WHERE length = 86400 AND start = " +
                                        std::to_string(day)));
  const auto refused = read({});
  ASSERT_FALSE(refused);
  const std::string date = to_rfc3339(from_unix_micros(day * 1'000'000)).substr(0, 10);
  EXPECT_EQ(refused.error().message.find("the sums of the day " + date + " are gone"), 0U)
      << refused.error().message;
  EXPECT_TRUE(read({std::nullopt, from_unix_micros(day * 1'000'000)})) << "of other days";
  ASSERT_TRUE(store_.database().execute("DELETE FROM rollups WHERE length = 86400"));
  EXPECT_FALSE(read({}));
}

// All of the sums were dropped with one row.
TEST_F(DamagedRollups, OfTimesWhoseRecordsAreDeletedTheOtherRowsStay) {
  arrive(50);
  rolled();
  const auto before = sums(SumSource::rollups);
  ASSERT_TRUE(write_counter(store_.database(), Counter::rollups_lack_to, to_unix_micros(kArrival)));
  ASSERT_TRUE(store_.database().execute(
      "UPDATE rollups SET sums = zeroblob(4) WHERE (length, start, group_id, kind) = (SELECT "
      "length, start, group_id, kind FROM rollups WHERE length = 86400 LIMIT 1); PRAGMA "
      "wal_checkpoint(TRUNCATE)"));
  path_ = directory_ / "salvaged.ledger";
  std::filesystem::create_directory(path_ + ".journal");
  std::filesystem::copy(directory_ / "usage.ledger", path_);
  const auto saved = salvage(path_);
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->lost_tables, std::vector<std::string>{"rollups"});
  EXPECT_EQ(saved->mended_sums.size(), 1U) << "the day's, made of its quarters of an hour";
  EXPECT_TRUE(saved->disagreements.empty());
  EXPECT_EQ(sums(SumSource::rollups), before);
}

/// Three blocks of fifty records, of which the second arrived between the others; all rolled up.
class SumsOfLostRecords : public DamagedRollups {
 protected:
  void SetUp() override {
    for (int block = 0; block < 3; ++block) {
      arrive(50);
      rolled();
    }
    before_ = sums(SumSource::rollups);
  }
  void execute(const std::string& sql) {
    ASSERT_TRUE(store_.database().execute(sql + "; PRAGMA wal_checkpoint(TRUNCATE)")) << sql;
  }
  SalvageResult saved() {
    path_ = directory_ / "salvaged.ledger";
    std::filesystem::create_directory(path_ + ".journal");
    std::filesystem::copy(directory_ / "usage.ledger", path_);
    const auto result = salvage(path_);
    EXPECT_TRUE(result) << result.error().message;
    return *result;
  }
  static bool names_unproven(const std::vector<std::string>& lines) {
    return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
      return line.find("cannot be proven") != std::string::npos;
    });
  }
  static constexpr const char* kOneDayRow =
      "UPDATE rollups SET sums = zeroblob(4) WHERE (length, start, group_id, kind) = (SELECT "
      "length, start, group_id, kind FROM rollups WHERE length = 86400 LIMIT 1)";

  std::map<std::string, std::string> before_;
};

// All sums were made anew of the records that were left, and what the others had cost was gone.
TEST_F(SumsOfLostRecords, StayWhereARowIsDamagedAndAreNamed) {
  execute("DELETE FROM blocks WHERE first_sequence = 51");
  execute(kOneDayRow);
  const SalvageResult result = saved();
  EXPECT_EQ(result.lost_records, 50U);
  EXPECT_EQ(sums(SumSource::rollups), before_) << "by quarters of an hour nothing is missing";
  EXPECT_TRUE(names_unproven(result.disagreements));
  EXPECT_EQ(result.lost_tables, std::vector<std::string>{"rollups"}) << "not all is there";
}

TEST_F(SumsOfLostRecords, StayWhereRecordsOfABlockAreDamaged) {
  execute(
      "UPDATE blocks SET entries = substr(entries, 1, length(entries) - 40) || zeroblob(40) "
      "WHERE first_sequence = 101");
  execute("UPDATE counters SET value = 999 WHERE counter = 6");
  const SalvageResult result = saved();
  EXPECT_EQ(result.lost_records, 1U);
  EXPECT_EQ(sums(SumSource::rollups), before_);
  EXPECT_TRUE(names_unproven(result.disagreements));
}

// A start made the sums anew as well, whenever the counter was false.
TEST_F(SumsOfLostRecords, StayWhereAStartFindsItsCounterFalse) {
  execute("DELETE FROM blocks WHERE first_sequence = 51");
  execute("UPDATE counters SET value = 999 WHERE counter = 6");
  std::vector<std::string> told;
  ASSERT_TRUE(set_counters_right(store_.database(), kArrival, [&](const std::string& line) {
    told.push_back(line);
    return Result<void>();
  }));
  EXPECT_TRUE(names_unproven(told));
  EXPECT_EQ(sums(SumSource::rollups), before_);
  EXPECT_EQ(number("SELECT value FROM counters WHERE counter = 6"), 150);
}

// Where all rows are gone nothing can stay: what is kept counts.
TEST_F(SumsOfLostRecords, OfSumsThatAreGoneAsWellTheRecordsThatAreLeftCount) {
  execute("DELETE FROM blocks WHERE first_sequence = 51");
  execute("UPDATE rollups SET sums = zeroblob(4)");
  const SalvageResult result = saved();
  EXPECT_EQ(result.lost_tables, std::vector<std::string>{"rollups"});
  EXPECT_EQ(sums(SumSource::rollups), sums(SumSource::records));
}

// Every sum was deleted, nothing said so, and sequences were given a second time.
TEST_F(SumsOfLostRecords, WithoutBlocksAndCountersAllStay) {
  execute("DELETE FROM blocks; DELETE FROM counters");
  const SalvageResult result = saved();
  EXPECT_TRUE(names_unproven(result.disagreements));
  EXPECT_EQ(sums(SumSource::rollups), before_);
  store_ = open_store(path_);
  EXPECT_EQ(store_.last_sequence(), 150);
  EXPECT_EQ(number("SELECT value FROM counters WHERE counter = 6"), 150);
}

// It was within bounds: records counted twice, and nobody saw it before the next verify.
TEST_F(SumsOfLostRecords, ACounterThatFellIsToldByTheOther) {
  execute("UPDATE counters SET value = 36 WHERE counter = 6");
  store_ = open_store(path_);
  const auto doubt = doubt_of_roll_ups(store_.database());
  ASSERT_TRUE(doubt && *doubt) << "opening left the evidence";
  EXPECT_EQ(
      **doubt,
      "the counter 6 (rolled_up_to) is 36: the sums held the records up to 150, as the counter "
      "9 (rollups_summed_to) says: one of the two is false");
  ASSERT_TRUE(set_counters_right(store_.database(), kArrival,
                                 [](const std::string&) { return Result<void>(); }));
  expect_same();
  EXPECT_EQ(sums(SumSource::rollups), before_);
  EXPECT_EQ(number("SELECT COUNT(DISTINCT value) FROM counters WHERE counter IN (6, 9)"), 1);
}

// What an earlier version wrote has none: each gets one when the ledger is opened, all or none.
TEST_F(DamagedRollups, RowsOfAnEarlierVersionGetTheirCheckSums) {
  arrive(50);
  rolled();
  const auto before = sums(SumSource::rollups);
  take_check_sums_away();
  EXPECT_EQ(sums(SumSource::rollups), before);
  ASSERT_GT(count_without(), 0U);
  ASSERT_TRUE(store_.database().execute("DELETE FROM counters WHERE counter = 9"));
  {
    // Killed in the middle: nothing is lost, and the next opening does it.
    Transaction transaction(store_.database());
    ASSERT_TRUE(give_check_sums(store_.database()));
    EXPECT_EQ(count_without(), 0U);
  }
  EXPECT_GT(count_without(), 0U);
  EXPECT_EQ(sums(SumSource::rollups), before);
  store_ = open_store(path_);
  EXPECT_EQ(count_without(), 0U);
  expect_same();
  take_check_sums_away();
  store_ = open_store(path_);
  EXPECT_GT(count_without(), 0U) << "no earlier version rolled up since: nobody looks";
  ASSERT_TRUE(write_counter(store_.database(), Counter::rollups_summed_to, 49));
  store_ = open_store(path_);
  EXPECT_EQ(count_without(), 0U);
}

TEST_F(DamagedRollups, VerifyNamesADayThatDoesNotAgree) {
  arrive(50);
  rolled();
  RollupSums wrong;
  wrong[RollupCount::operations] = 1;
  change_day(wrong);
  const auto faults = audit(path_)->faults;
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults.front(),
            "the roll-ups of 2026-09-22 for the client 'team-0' do not agree with its records");
  EXPECT_EQ(faults.back(),
            "the roll-ups of 2026-09-22 for the client 'team-2' differ between the day and its "
            "quarter hours");
}

TEST_F(DamagedRollups, ASalvageKeepsThemOrHasThemMadeAnew) {
  arrive(200);
  rolled();
  const auto before = sums(SumSource::rollups);
  ASSERT_TRUE(store_.database().execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  const std::string copy = directory_ / "copy.ledger";
  std::filesystem::copy(path_, copy);
  ASSERT_TRUE(salvage(copy));
  RecordStore saved = open_store(copy);
  EXPECT_EQ(read_counter(saved.database(), Counter::rolled_up_to).value(), 200);
  ASSERT_TRUE(store_.database().execute("DELETE FROM counters; PRAGMA wal_checkpoint(TRUNCATE)"));
  path_ = directory_ / "without.ledger";
  std::filesystem::create_directory(path_ + ".journal");
  std::filesystem::copy(directory_ / "usage.ledger", path_);
  ASSERT_TRUE(Database::open(path_)->execute("DROP TABLE rollup_groups"));
  ASSERT_TRUE(salvage(path_));
  store_ = open_store(path_);
  RollupTable table(store_.database());
  Transaction transaction(store_.database());
  EXPECT_EQ(*roll_up(store_, table, kAll), 0);
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(sums(SumSource::rollups), before) << "nothing counts twice";
}

}  // namespace
}  // namespace tollgate::ledger
