// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "ledger/temp_directory.hpp"
#include "tollgate/ledger/ledger.hpp"

// What the tests of reconcile and rerate have in common.
namespace tollgate::app {

/// A ledger with one record of 2026-11-29: 1,000 tokens in at 4 USD a million, none out.
class OneRecordLedger {
 public:
  OneRecordLedger() {
    record.event_time = *from_rfc3339("2026-11-29T12:00:00Z");
    record.record_id = make_uuid_v7(record.event_time);
    record.operation_id = "ChatCompletions_Create";
    record.client_name = "retail";
    record.backend = "east";
    record.backend_deployment = "gpt-4o";
    record.model = "gpt-4.1";
    record.outcome = usage::Outcome::completed;
    record.usage_basis = usage::UsageBasis::reported;
    record.tokens.prompt = 1'000;
    record.tokens.completion = 0;
    record.cost_basis = usage::CostBasis::priced;
    record.cost_nano = 4'000'000;
    record.cost_currency = "USD";
    record.cost_components = {{"input", 1'000, "4", 1'000'000, "", 4'000'000}};
    config::Ledger settings;
    settings.path = path;
    const auto opened = ledger::Ledger::open(settings, 1, record.event_time);
    EXPECT_TRUE(opened);
    EXPECT_TRUE((*opened)->journal(0).open(record));
    EXPECT_TRUE((*opened)->journal(0).close(record));
    EXPECT_TRUE((*opened)->flush());
  }

  /// As if retention had deleted records that began up to then.
  void note_deleted_to(UtcTime time) const {
    execute("INSERT INTO counters VALUES (5, " + std::to_string(to_unix_micros(time)) + ")");
  }
  /// As somebody does by hand.
  void execute(const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }

  usage::UsageRecord record;
  ledger::TempDirectory directory;
  std::string path = directory / "ledger.db";
};

}  // namespace tollgate::app
