// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/audit_desk.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "store_fixture.hpp"
#include "tollgate/storage/database.hpp"

namespace tollgate::trail {
namespace {

class AuditDeskTest : public StoreTest {};

TEST_F(AuditDeskTest, TellsWhoReadWhatToItsExporters) {
  AuditStore store = open();
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}}));
  ASSERT_TRUE(store.append(rows(1, 2)));
  (void)desk().read({.caller_id = "caller-a"}, kAuditor, kNow);
  const auto accesses = store.undelivered_accesses("azure", 10).value();
  ASSERT_EQ(accesses.size(), 1U);
  EXPECT_EQ(accesses[0].row.reader, "auditor");
  EXPECT_EQ(accesses[0].row.command, "show");
  EXPECT_EQ(accesses[0].row.filter.text, R"({"CallerId":"caller-a"})");
  EXPECT_EQ(accesses[0].row.record_ids.text, R"(["record-1","record-2"])");
  EXPECT_EQ(accesses[0].row.rows, 2);
  EXPECT_EQ(accesses[0].row.gateway, "gateway-1");
  ASSERT_TRUE(store.account(Stream::accesses, "azure", {.accepted = {1}}, kNow));
  EXPECT_TRUE(store.undelivered_accesses("azure", 10).value().empty());
  EXPECT_EQ(store.undelivered(Stream::rows, "azure", 10).value().rows.size(), 2U);
}

// Each command waited for 10 s to cut the log, and for its access row once more.
TEST_F(AuditDeskTest, BeginsAtOnceBesideAWriter) {
  const AuditStore store = open();
  auto writer = storage::Database::open(settings_.path);
  ASSERT_TRUE(writer && writer->execute("BEGIN IMMEDIATE"));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(desk().last_sequence().value(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(5));
}

// Its access row named every exchange that was looked through, and not what was sought.
TEST_F(AuditDeskTest, ASearchIsNotedWithWhatWasSoughtAndGivenOutAlone) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 4)));
  AuditDesk at = desk();
  const auto pick = [](FoundRows& page) {
    return page.rows.empty() ? std::vector<std::string>{} : std::vector{page.rows[1].row.record_id};
  };
  RowFilter filter;
  filter.after = at.search(filter, "[EMAIL_1]", pick, kAuditor, kNow).value().read_to;
  filter.goes_on = true;
  EXPECT_EQ(at.search(filter, "[EMAIL_1]", pick, kAuditor, kNow).value().read_to, 0);
  // What is given out behind the last row is noted all the same.
  const auto late = [](FoundRows&) { return std::vector<std::string>{"record-9"}; };
  ASSERT_TRUE(at.search(filter, "", late, kAuditor, kNow));
  const std::vector<AccessRow> noted = at.accesses({}, kAuditor, kNow).value().rows;
  ASSERT_EQ(noted.size(), 2U);
  EXPECT_EQ(noted[0].filter.text, R"({"text":"[EMAIL_1]"})");
  EXPECT_EQ(noted[0].record_ids.text, R"(["record-2"])");
  EXPECT_EQ(noted[0].rows, 4);
  EXPECT_EQ(noted[1].record_ids.text, R"(["record-9"])");
  EXPECT_EQ(noted[1].rows, 0);
}

TEST_F(AuditDeskTest, WhoReadWhatIsReadToItsEndAndIsAReadingItself) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 3)));
  AuditDesk at = desk();
  (void)at.read({.record_id = "record-1"}, kAuditor, kNow);
  (void)at.read({.record_id = "record-2"}, {"somebody", "search"}, kNow);
  AccessFilter filter{.limit = 1};
  std::vector<std::string> readers;
  for (int page = 0; page < 10; ++page, filter.goes_on = true) {
    const FoundAccesses found = at.accesses(filter, kAuditor, kNow).value();
    for (const AccessRow& row : found.rows) readers.push_back(row.reader + " " + row.command);
    if (found.read_to == 0) break;
    filter.after = found.read_to;
    filter.up_to = found.up_to;
  }
  EXPECT_EQ(readers, (std::vector<std::string>{"auditor show", "somebody search"}));
  const FoundAccesses after = at.accesses({}, kAuditor, kNow).value();
  EXPECT_EQ(after.rows.size(), 4U) << "each page of the reading before has its row";
  const auto of_one = [&](AccessFilter one) { return at.accesses(one, kAuditor, kNow)->rows; };
  EXPECT_EQ(of_one({.reader = "somebody"}).size(), 1U);
  ASSERT_EQ(of_one({.record_id = "record-1"}).size(), 1U);
  EXPECT_EQ(of_one({.record_id = "record-1"})[0].gateway, "gateway-1");
  EXPECT_TRUE(of_one({.record_id = "record-3"}).empty());
  EXPECT_TRUE(of_one({.until = kNow}).empty());
}

// It was left out as soon as a reader was asked for, without a word.
TEST_F(AuditDeskTest, AnAccessThatCannotBeReadIsCountedWhoeverIsAskedFor) {
  AuditStore store = open();
  AuditDesk at = desk();
  (void)at.read({}, kAuditor, kNow);
  (void)at.read({}, {"somebody", "search"}, kNow);
  (void)at.read({}, {"somebody", "search"}, kNow);
  auto database = storage::Database::open(settings_.path).value();
  ASSERT_TRUE(
      database.execute("UPDATE accesses SET row = zeroblob(length(row)) WHERE sequence = 2"));
  ASSERT_TRUE(database.execute("UPDATE accesses SET row = '{}' WHERE sequence = 3"));
  const AccessFilter every[] = {{.up_to = 3},
                                {.reader = "auditor", .up_to = 3},
                                {.record_id = "record-1", .up_to = 3},
                                {.from = kNow, .up_to = 3}};
  for (const AccessFilter& filter : every)
    EXPECT_EQ(at.accesses(filter, kAuditor, kNow)->damaged, 2U);
  EXPECT_EQ(at.accesses(every[0], kAuditor, kNow)->rows.size(), 1U);
  EXPECT_EQ(at.accesses({.until = kNow, .up_to = 3}, kAuditor, kNow)->damaged, 0U);
}

}  // namespace
}  // namespace tollgate::trail
