// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "store_fixture.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/audit_desk.hpp"

// What is encrypted stays so, what is erased is gone, and keys change without losing rows.
namespace tollgate::trail {
namespace {

using testing::HasSubstr;

constexpr const char* kCanary = "CANARY-4f1d2c";

class ErasureTest : public StoreTest {
 protected:
  /// In every column that is sealed, and with content of another month and another caller.
  static std::vector<AuditRow> canaries() {
    std::vector<AuditRow> out = rows(1, 4);
    for (AuditRow& row : out) {
      row.content = row.caller_ip_address = kCanary;
      row.content_sha256 = to_hex(sha256(kCanary));
      row.tool_calls.text = std::string("[\"") + kCanary + "\"]";
    }
    out[1].caller_id = "caller-b";
    out[2].client_name = "team-b";
    out[3].event_time = from_unix_micros(kNoon) + std::chrono::days(30);
    return out;
  }

  std::vector<ContentState> states() {
    std::vector<ContentState> out;
    for (const StoredRow& stored : desk().read({}, kAuditor, kNow).value().rows) {
      out.push_back(stored.content);
      EXPECT_EQ(stored.row.content.empty(), stored.content != ContentState::whole);
      EXPECT_EQ(stored.row.salt.empty(), stored.content != ContentState::whole);
    }
    return out;
  }

  /// The data keys as they stand in the database, wrapped.
  std::vector<std::string> wrapped_keys() {
    auto database = storage::Database::open(settings_.path).value();
    auto statement = database.prepare("SELECT wrapped FROM data_keys WHERE wrapped IS NOT NULL");
    std::vector<std::string> out;
    while (statement.step().value()) out.push_back(statement.text(0));
    return out;
  }

  static constexpr ContentState kWhole = ContentState::whole;
  static constexpr ContentState kErased = ContentState::erased;
  using States = std::vector<ContentState>;
};

TEST_F(ErasureTest, NoFileEverHoldsWhatIsSealed) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  EXPECT_FALSE(on_disk(kCanary));
  EXPECT_TRUE(on_disk("conversation-a"));  // the search does find what is there
  {
    auto database = storage::Database::open(settings_.path).value();
    ASSERT_TRUE(database.execute("BEGIN; DELETE FROM audit_rows; ROLLBACK; VACUUM"));
    EXPECT_FALSE(on_disk(kCanary));
  }
  ASSERT_TRUE(desk().read({}, kAuditor, kNow));
  EXPECT_FALSE(on_disk(kCanary));
  EXPECT_EQ(states(), (States{kWhole, kWhole, kWhole, kWhole}));
}

TEST_F(ErasureTest, ErasesAClientsMonthAndNothingElse) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  const std::vector<std::string> before = wrapped_keys();
  ASSERT_EQ(before.size(), 4U);
  const Erased erased = desk().erase("team-a", "2026-11", kAuditor, kNow).value();
  EXPECT_EQ(erased.keys, 2U);
  EXPECT_EQ(erased.rows, 2U);
  EXPECT_EQ(states(), (States{kErased, kErased, kWhole, kWhole}));
  EXPECT_FALSE(on_disk(before[0]));
  EXPECT_FALSE(on_disk(before[1]));
  EXPECT_TRUE(on_disk(before[2]));
  // A late row of that month has a key of its own.
  ASSERT_TRUE(store.append(rows(5, 5)));
  EXPECT_EQ(states(), (States{kErased, kErased, kWhole, kWhole, kWhole}));
}

TEST_F(ErasureTest, ErasesACallerInAllMonthsAndClients) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  EXPECT_EQ(desk().erase_caller("caller-a", kAuditor, kNow).value().rows, 3U);
  EXPECT_EQ(states(), (States{kErased, kWhole, kErased, kErased}));
  EXPECT_EQ(desk().erase_caller("caller-a", kAuditor, kNow).value().keys, 0U);
  EXPECT_EQ(desk().erase_caller("", kAuditor, kNow).error().code, Errc::invalid_input);
}

TEST_F(ErasureTest, ASecondTimeItSaysWhenItWasDone) {
  const Reader privacy{"privacy", "erase"};
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  const Erased never = desk().erase_caller("caller-c", privacy, kNow).value();
  EXPECT_EQ(never.keys_before, 0U);
  EXPECT_FALSE(never.erased_at);
  EXPECT_EQ(desk().erase_caller("caller-a", privacy, kNow).value().keys_before, 0U);
  ASSERT_TRUE(desk().read({.caller_id = "caller-a"}, {"auditor", "export"}, kNow + seconds(1)));
  for (const int second : {2, 3}) {
    const Erased again = desk().erase_caller("caller-a", privacy, kNow + seconds(second)).value();
    EXPECT_EQ(again.keys, 0U);
    EXPECT_EQ(again.keys_before, 3U);
    EXPECT_EQ(again.rows_before, 3U);
    ASSERT_TRUE(again.erased_at);
    EXPECT_EQ(*again.erased_at, kNow) << "not when it was tried again, nor when it was read";
  }
}

TEST_F(ErasureTest, WhatWentWithItsMonthIsKnownToBeErasedWhoeverAsks) {
  const Reader privacy{"privacy", "erase"};
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  ASSERT_TRUE(desk().erase("team-a", "2026-11", privacy, kNow));
  const Erased again = desk().erase_caller("caller-b", privacy, kNow + seconds(1)).value();
  EXPECT_EQ(again.keys, 0U);
  EXPECT_EQ(again.keys_before, 1U);
  EXPECT_EQ(again.erased_at, kNow);
  auto database = storage::Database::open(settings_.path).value();
  ASSERT_TRUE(database.execute("DELETE FROM accesses"));  // as retention does
  const Erased later = desk().erase("team-a", "2026-11", privacy, kNow + seconds(2)).value();
  EXPECT_EQ(later.keys_before, 2U);
  EXPECT_EQ(later.erased_at, kNow) << "the keys say when";
  ASSERT_TRUE(database.execute("UPDATE data_keys SET erased_at = NULL"));  // an old version's
  EXPECT_FALSE(desk().erase("team-a", "2026-11", privacy, kNow).value().erased_at);
}

// Only the last of several was told, as if it had erased all of it.
TEST_F(ErasureTest, OfSeveralErasuresItSaysFromWhenToWhen) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  ASSERT_EQ(desk().erase_caller("caller-b", kAuditor, kNow).value().keys, 1U);
  ASSERT_TRUE(desk().erase("team-a", "2026-11", kAuditor, kNow + seconds(9)));
  const Erased again = desk().erase("team-a", "2026-11", kAuditor, kNow + seconds(20)).value();
  EXPECT_EQ(again.erased_from, kNow);
  EXPECT_EQ(again.erased_at, kNow + seconds(9));
}

// 12 were said where 8 had any: the others were lost, or not kept.
TEST_F(ErasureTest, RowsThatNeverHadContentAreNotCounted) {
  AuditStore store = open();
  std::vector<AuditRow> some = rows(1, 3);
  some[1].content = some[1].content_sha256 = "";
  some[1].content_bytes.reset();
  some[1].source = some[1].content_missing = missing::kLost;
  ASSERT_TRUE(store.append(some));
  EXPECT_EQ(desk().erase_caller("caller-a", kAuditor, kNow)->rows, 2U);
  EXPECT_EQ(desk().erase_caller("caller-a", kAuditor, kNow)->rows_before, 2U);
  const std::vector<StoredRow> found = desk().read({}, kAuditor, kNow).value().rows;
  EXPECT_TRUE(found[0].has_lost_content());
  EXPECT_FALSE(found[1].has_lost_content());
  EXPECT_EQ(found[1].row.content_missing, missing::kLost);
}

// It named no exchange, and whoever asked for one was told of its readers alone.
TEST_F(ErasureTest, IsFoundByEachExchangeWhoseContentItTook) {
  const Reader privacy{"privacy", "erase"};
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  ASSERT_TRUE(desk().erase_caller("caller-b", privacy, kNow));
  ASSERT_TRUE(desk().erase("team-a", "2026-11", privacy, kNow + seconds(1)));
  ASSERT_TRUE(desk().erase("team-a", "2026-11", privacy, kNow + seconds(2)));  // nothing is left
  ASSERT_TRUE(store.append(rows(5, 5)));
  const auto erased_at = [&](const std::string& record) {
    std::string out;
    const auto found = desk().accesses({.record_id = record}, {"x", "accesses"}, kNow);
    for (const AccessRow& row : found->rows)
      if (row.command == "erase") out += to_rfc3339(row.event_time).substr(17, 2) + " ";
    return out;
  };
  EXPECT_EQ(erased_at("record-1"), "01 ");
  EXPECT_EQ(erased_at("record-2"), "00 ") << "it had another caller";
  EXPECT_EQ(erased_at("record-3"), "") << "another client's";
  EXPECT_EQ(erased_at("record-4"), "") << "another month's";
  EXPECT_EQ(erased_at("record-5"), "") << "it came later";
  auto database = storage::Database::open(settings_.path).value();
  ASSERT_TRUE(database.execute("UPDATE data_keys SET erased_at = NULL"));  // an old version's
  EXPECT_EQ(erased_at("record-1"), "01 02 ") << "as far as it tells";
  EXPECT_EQ(erased_at("record-3"), "");
}

TEST_F(ErasureTest, LeavesAnAccessRow) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}}));
  ASSERT_TRUE(desk().erase_caller("caller-a", {"privacy", "erase"}, kNow));
  const auto accesses = store.undelivered_accesses("azure", 10).value();
  ASSERT_EQ(accesses.size(), 1U);
  EXPECT_EQ(accesses[0].row.command, "erase");
  EXPECT_EQ(accesses[0].row.filter.text, R"({"CallerId":"caller-a"})");
  EXPECT_EQ(accesses[0].row.rows, 3);
}

TEST_F(ErasureTest, ANewMasterKeyTakesOverWithoutLosingRows) {
  { ASSERT_TRUE(open().append(canaries())); }
  masters_ = master_keys({master_key('b'), master_key('a')});
  {
    AuditStore store = open();
    ASSERT_TRUE(store.append(rows(5, 5)));  // under a key that the old one wrapped
    EXPECT_TRUE(store.rewrap(3).value());
    EXPECT_FALSE(store.rewrap(3).value());
  }
  masters_ = master_keys({master_key('b')});
  const AuditStore store = open();
  EXPECT_EQ(states(), (States{kWhole, kWhole, kWhole, kWhole, kWhole}));
}

TEST_F(ErasureTest, RefusesToStartWithoutAMasterKeyAndNamesIt) {
  { ASSERT_TRUE(open().append(rows(1, 1))); }
  const std::string id = masters_.first().id;
  masters_ = master_keys({master_key('b')});
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::storage);
  EXPECT_THAT(refused.error().message, HasSubstr("master key " + id));
}

TEST_F(ErasureTest, ADamagedDataKeyCostsItsRowsAlone) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(canaries()));
  auto database = storage::Database::open(settings_.path).value();
  ASSERT_TRUE(database.execute("UPDATE data_keys SET wrapped = zeroblob(60) WHERE id = 1"));
  EXPECT_EQ(states(), (States{ContentState::damaged, kWhole, kWhole, kWhole}));
  { const AuditStore closed = std::move(store); }
  AuditStore again = open();
  ASSERT_TRUE(again.append(rows(5, 5)));  // the same owner, a new key
  EXPECT_EQ(states().back(), kWhole);
}

TEST(MasterKeys, AreReadStrictly) {
  const auto fault = [](const std::vector<Secret>& keys) {
    return MasterKeys::read(keys).error().message;
  };
  EXPECT_EQ(fault({}), "there is no master key");
  EXPECT_EQ(fault({master_key('a'), Secret("c2hvcnQ=")}), "master key 2 is not 32 bytes in base64");
  EXPECT_EQ(fault({master_key('a'), master_key('a')}), "master key 2 stands twice");
}

}  // namespace
}  // namespace tollgate::trail
