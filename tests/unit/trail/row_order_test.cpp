// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_order.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store_fixture.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/row_fields.hpp"
#include "tollgate/trail/verifier.hpp"

namespace tollgate::trail {
namespace {

class RowOrderTest : public StoreTest {
 protected:
  /// What somebody does to the database behind the store's back.
  void execute(const std::string& sql) {
    auto database = storage::Database::open(settings_.path);
    ASSERT_TRUE(database);
    const Result<void> done = database->execute(sql);
    ASSERT_TRUE(done) << done.error().message;
  }
};

// Places and tree that a transaction had changed in memory went on from there when it failed.
TEST_F(RowOrderTest, WhatCouldNotBeWrittenTakesNoPlace) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 3)));
  for (const char* const where :
       {"audit_rows WHEN NEW.kind = 'checkpoint'", "facts WHEN NEW.name = 'frontier'"}) {
    execute(std::string("CREATE TRIGGER refused BEFORE INSERT ON ") + where +
            " BEGIN SELECT RAISE(ABORT, 'refused'); END");
    EXPECT_FALSE(store.checkpoint(std::vector{signer()}, kNow)) << where;
    EXPECT_FALSE(store.checkpoint(std::vector{signer()}, kNow)) << where;
    execute("DROP TRIGGER refused");
  }
  EXPECT_EQ(store.append(rows(4, 4)).value(), 4);
  ASSERT_EQ(store.checkpoint(std::vector{signer()}, kNow).value().size(), 1U);
  Verifier verifier({signer().verifier()});
  for (const StoredRow& stored : desk().read({}, kAuditor, kNow).value().rows)
    verifier.add_rows(to_json(stored.row, kNow), "rows");
  const Verification found = verifier.finish();
  EXPECT_TRUE(found.findings.empty()) << found.findings.front().detail;
  EXPECT_EQ(found.trails.at(0).proved, 4U);
  EXPECT_EQ(found.trails.at(0).last, 5);
}

}  // namespace
}  // namespace tollgate::trail
