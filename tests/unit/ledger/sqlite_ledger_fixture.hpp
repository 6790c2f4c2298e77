// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sqlite_ledger.hpp"
#include "temp_directory.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// A ledger in a directory of the test's own, and what the exporter "one" makes of it.
class SqliteLedgerTest : public testing::Test {
 protected:
  std::unique_ptr<Ledger> open(unsigned workers = 1) {
    // Ten times as often: nobody waits for rounds of seconds.
    const LedgerPace often{.ingest = milliseconds(5),
                           .check = {.pause = milliseconds(5), .every = milliseconds(5)}};
    Result<std::unique_ptr<Ledger>> opened = SqliteLedger::open(settings_, workers, kNow, often);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }

  /// What the exporter "one" has not got; served from the beginning.
  static std::vector<StoredRecord> waiting(Ledger& ledger, std::size_t limit = 1000) {
    EXPECT_TRUE(ledger.flush());
    EXPECT_TRUE(serve(ledger, {{"one", true, true}}));
    return *ledger.undelivered("one", limit);
  }
  static Result<void> serve(Ledger& ledger, const std::vector<ExporterTerms>& exporters) {
    return ledger.serve_exporters(exporters);
  }

  static std::vector<usage::UsageRecord> records(Ledger& ledger) {
    std::vector<usage::UsageRecord> out;
    for (const StoredRecord& stored : waiting(ledger)) out.push_back(stored.record);
    return out;
  }

  static std::vector<std::int64_t> sequences(const std::vector<StoredRecord>& records) {
    std::vector<std::int64_t> out;
    for (const StoredRecord& stored : records) out.push_back(stored.sequence);
    return out;
  }
  static void deliver(Ledger& ledger, const std::vector<StoredRecord>& records) {
    ASSERT_TRUE(ledger.account("one", {sequences(records), {}}, kNow));
  }
  static ExporterProgress progress(const Ledger& ledger, const std::string& exporter = "one") {
    for (const ExporterProgress& one : ledger.stats().exporters) {
      if (one.exporter == exporter) return one;
    }
    ADD_FAILURE() << "no exporter " << exporter;
    return {};
  }

  /// Asks until it holds; the ledger's own thread works on it. False when the time is over: far
  /// more than it can need.
  template <class Condition>
  static bool eventually(const Condition& condition, milliseconds limit = milliseconds(4500)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  /// The ledger's own thread goes by the clock: what was delivered long ago would be deleted
  /// meanwhile.
  static inline const UtcTime kNow = std::chrono::system_clock::now();
  TempDirectory directory_;
  config::Ledger settings_{.path = directory_ / "usage.ledger"};
};

}  // namespace tollgate::ledger
