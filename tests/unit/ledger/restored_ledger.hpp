// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "segments_in.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "tollgate/ledger/ledger_audit.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "worker.hpp"

namespace tollgate::ledger {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

/// A ledger whose database is put back from a copy, and what is told of that.
class RestoredLedgerTest : public SqliteLedgerTest {
 protected:
  /// One run of a gateway, to its clean end.
  void serve_records(int count) {
    const auto ledger = open();
    ASSERT_TRUE(ledger);
    for (; count > 0; --count) serve_one(*ledger);
  }
  void serve_one(Ledger& ledger, unsigned worker = 0) {
    ASSERT_TRUE(ledger.journal(worker).close(sample_close(++last_)));
  }
  Lines losses_at_start() { return open()->stats().losses; }

  void copy() { fs::copy_file(settings_.path, copy_, fs::copy_options::overwrite_existing); }
  /// While a gateway runs.
  void copy_live(Ledger& ledger) {
    ASSERT_TRUE(ledger.flush());
    fs::remove(copy_);
    Result<Database> database = Database::open(settings_.path);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("VACUUM INTO '" + copy_ + "'"));
  }
  /// As docs/operations.md has it.
  void restore() {
    for (const char* const part : {"-wal", "-shm"}) fs::remove(settings_.path + part);
    fs::copy_file(copy_, settings_.path, fs::copy_options::overwrite_existing);
  }
  void acknowledge() { fs::remove_all(journal_ + "/damaged"); }

  Lines faults() const { return audit(settings_.path)->faults; }
  Lines reported(const Period& period = {}) const {
    const auto reader = LedgerReader::open(settings_.path);
    EXPECT_TRUE((*reader)->for_each(period, [](const auto&, auto, const auto&) {}));
    return (*reader)->faults();
  }

  static inline const Lines kNone;
  static constexpr std::chrono::hours kMonth{31 * 24};
  std::string copy_ = directory_ / "copy";
  std::string journal_ = journal_directory(settings_.path);
  std::uint64_t last_ = 0;
};

}  // namespace tollgate::ledger
