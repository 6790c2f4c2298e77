// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "commands.hpp"
#include "config/minimal.hpp"
#include "ledger/rolled_up.hpp"
#include "ledger/temp_directory.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::app {
namespace {

/// A ledger with two records of the client "retail", whose tag is cost_center.
class ReportsTest : public testing::Test {
 protected:
  ReportsTest() {
    std::ofstream(config_) << config::minimal_with("- name: retail\n",
                                                   "- name: retail\n"
                                                   "    tags: {cost_center: \"4711\"}\n");
    config::Ledger settings;
    settings.path = ledger_;
    const auto opened = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now());
    EXPECT_TRUE(opened);
    for (unsigned char i = 1; i <= 2; ++i) {
      usage::UsageRecord record;
      record.record_id.bytes[15] = i;
      record.event_time = std::chrono::system_clock::now();
      record.client_name = "retail";
      record.requested_model = "gpt-4o";
      record.response_id = "resp_" + std::to_string(i);
      EXPECT_TRUE((*opened)->journal(0).open(record));
      EXPECT_TRUE((*opened)->journal(0).close(record));
    }
    EXPECT_TRUE((*opened)->flush());
  }

  /// A command's exit status; what it wrote is in out_ and err_.
  template <class Command, class Options>
  int run(Command command, const Options& options) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = command(options);
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return status;
  }

  LedgerChoice both() const { return {config_, ledger_}; }

  int usage_by(const std::string& by) {
    UsageOptions options;
    options.ledger = both();
    options.by = {by};
    options.format = "csv";
    return run(usage, options);
  }

  int records_of(const RecordFilter& filter) {
    return run(records, RecordsOptions{{"", ledger_}, {}, filter});
  }

  void execute(const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(ledger_.c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
  /// The first record, which the exporter "finance" refuses.
  void quarantine_first() const {
    config::Ledger settings;
    settings.path = ledger_;
    const auto opened = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now());
    ASSERT_TRUE(opened);
    const std::vector<ledger::ExporterTerms> finance{{"finance", true, true}};
    ASSERT_TRUE((*opened)->serve_exporters(finance));
    const auto waiting = (*opened)->undelivered("finance", 1);
    ASSERT_TRUE(waiting);
    ASSERT_EQ(waiting->size(), 1U);
    const ledger::Accounting refused{{},
                                     {{(*waiting)[0].sequence, "too large", (*waiting)[0].record}}};
    ASSERT_TRUE((*opened)->account("finance", refused, std::chrono::system_clock::now()));
  }
  void lose_a_block() const { execute("DELETE FROM blocks"); }

  ledger::TempDirectory directory_;
  std::string ledger_ = directory_ / "ledger.db";
  std::string config_ = directory_ / "tollgate.yaml";
  std::string out_;
  std::string err_;
};

TEST_F(ReportsTest, OfAWholeLedgerTheyEndWell) {
  EXPECT_EQ(usage_by("client"), 0);
  EXPECT_EQ(out_.substr(out_.find('\n') + 1, 9), "retail,2,");
  EXPECT_EQ(err_, "");
  EXPECT_EQ(records_of({}), 0);
  EXPECT_EQ(run(verify_ledger, both()), 0);
  EXPECT_EQ(out_, ledger_ +
                      ": 2 records (0 of them await their usage), 0 segments in the journal, "
                      "0 faults\n");
}

// They shrank without a word, and ended well.
TEST_F(ReportsTest, OfALedgerThatLostRecordsTheySaySoAndEndWithAStatusOfTheirOwn) {
  lose_a_block();
  const std::string lost =
      "the records 1 to 2 are missing, 2 of them; they arrived at a time that is not known\n";
  const std::string warning =
      "warning: " + lost + "warning: what is above is not whole: the ledger has lost records\n";
  EXPECT_EQ(usage_by("client"), 3);
  EXPECT_EQ(err_, warning);
  EXPECT_EQ(records_of({}), 3);
  EXPECT_EQ(err_, warning);
  EXPECT_EQ(records_of({.client = "nobody"}), 3) << "it may be among those that are lost";
  EXPECT_EQ(run(verify_ledger, both()), 3);
  EXPECT_EQ(out_.find(lost), 0U) << out_;
  EXPECT_NE(out_.find("1 fault\n"), std::string::npos) << out_;
}

// Retention had deleted eleven of thirteen, and the month looked whole.
TEST_F(ReportsTest, OfAPeriodWhoseRecordsAreDeletedInPartTheySaySo) {
  execute("INSERT INTO counters VALUES (5, " +
          std::to_string(to_unix_micros(std::chrono::system_clock::now())) + ")");
  RecordsOptions since{{"", ledger_}, {.since = "30d", .from = {}, .to = {}}, {}};
  EXPECT_EQ(run(records, since), kIncomplete);
  EXPECT_NE(out_, "");
  EXPECT_TRUE(err_.starts_with("warning: what is above is not whole: of what began up to "))
      << err_;
  EXPECT_EQ(usage_by("client"), 0) << "what is there: " << err_;
  since.period = {.since = {}, .from = "2199-01-01", .to = {}};
  EXPECT_EQ(run(records, since), 0);
  EXPECT_EQ(err_, "warning: the period is still to come: it begins at 2199-01-01T00:00:00Z\n");
}

// Its status was that of a mistyped option.
TEST_F(ReportsTest, OfRollupsThatCannotBeReadTheyEndAsVerifyDoes) {
  ASSERT_TRUE(ledger::roll_up_ledger(ledger_));
  execute("DELETE FROM rollup_groups");
  EXPECT_EQ(usage_by("client"), kIncomplete);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_.find("the table rollup_groups is not as it was written; `tollgate ledger"), 0U)
      << err_;
  StatementOptions options;
  options.ledger = both();
  options.client = "retail";
  options.period = {.since = {}, .from = "2020-01-01", .to = "2199-01-01"};
  EXPECT_EQ(run(statement, options), kIncomplete);
  EXPECT_EQ(run(verify_ledger, both()), kIncomplete);
}

// A payer that there is not had a statement of nothing, and a status of success.
TEST_F(ReportsTest, AStatementIsOfAPayerThatThereIs) {
  StatementOptions options;
  options.ledger = both();
  options.client = "retail";
  options.period = {.since = {}, .from = "2020-01-01", .to = "2199-01-01"};
  EXPECT_EQ(run(statement, options), 0) << err_;
  EXPECT_NE(out_.find("No amount is known."), std::string::npos) << out_;
  options.period.to = "2020-02-01";
  EXPECT_EQ(run(statement, options), 0) << err_;
  EXPECT_NE(out_.find("Nothing was used in this time."), std::string::npos) << out_;
  options.client = "retial";
  EXPECT_EQ(run(statement, options), 1);
  EXPECT_EQ(out_, "");
  EXPECT_TRUE(
      err_.starts_with("no client and no record of this time is named retial; did you "
                       "mean retail?\n"))
      << err_;
  lose_a_block();
  EXPECT_EQ(run(statement, options), 1);
  EXPECT_NE(err_.find("the ledger has lost records"), std::string::npos) << err_;
}

TEST_F(ReportsTest, RecordsAreThoseThatFit) {
  EXPECT_EQ(records_of({.client = "retail", .response = "resp_2"}), 0);
  EXPECT_NE(out_.find("\"ResponseId\":\"resp_2\""), std::string::npos) << out_;
  EXPECT_EQ(out_.find("resp_1"), std::string::npos) << out_;
  EXPECT_EQ(records_of({.client = "retial"}), 1);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "no record of this time is of the client retial; did you mean retail?\n");
}

// One row without a name had all of it.
TEST_F(ReportsTest, ATagThatNobodyHasIsRefused) {
  EXPECT_EQ(usage_by("tag:cost_center"), 0) << "configured, though no record has it: " << err_;
  EXPECT_EQ(usage_by("tag:cost_centre"), 1);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_,
            "no client and no record of this time has the tag cost_centre; did you mean "
            "cost_center?\n");
}

TEST_F(ReportsTest, ATagIsKnownAlsoOfAFileThatIsWrongElsewhere) {
  std::string text = config::minimal_with("backend: east", "backend: west");
  text.replace(text.find("    api_keys"), 0, "    tags: {cost_center: \"4711\"}\n");
  std::ofstream(config_) << text;
  EXPECT_EQ(usage_by("tag:cost_center"), 0) << err_;
  EXPECT_EQ(usage_by("tag:cost_centre"), 1);
}

TEST_F(ReportsTest, ATagThatIsRefusedDoesNotHideWhatIsLost) {
  lose_a_block();
  EXPECT_EQ(usage_by("tag:cost_centre"), 1);
  EXPECT_NE(err_.find("no client and no record of this time has the tag"), std::string::npos);
  EXPECT_NE(err_.find("warning: the records 1 to 2 are missing"), std::string::npos) << err_;
}

// As names are separated in prose; the message quoted a name that looked right.
TEST_F(ReportsTest, BlanksBetweenTheNamesOfColumnsAreNoPartOfThem) {
  UsageOptions options{both(), {"client", " model"}, {}, "name", "csv"};
  EXPECT_EQ(run(usage, options), 0) << err_;
  EXPECT_EQ(out_.substr(0, 13), "client,model,");
}

TEST_F(ReportsTest, AColumnOfAnotherNameIsToldWhatItMayMean) {
  EXPECT_EQ(usage_by("Client"), 1);
  EXPECT_TRUE(err_.ends_with("NAME; did you mean client?\n")) << err_;
  EXPECT_EQ(usage_by("cost_center"), 1);
  EXPECT_TRUE(err_.ends_with("NAME; did you mean tag:cost_center?\n")) << err_;
  EXPECT_EQ(usage_by("weather"), 1);
  EXPECT_TRUE(err_.ends_with("NAME\n")) << err_;
}

TEST_F(ReportsTest, ADatabaseThatCannotBeReadIsLost) {
  std::ofstream(ledger_, std::ios::trunc) << std::string(4096, 'x');
  EXPECT_EQ(run(verify_ledger, both()), kIncomplete);
  EXPECT_NE(err_.find("is damaged"), std::string::npos) << err_;
}

TEST_F(ReportsTest, AllOfNothingIsDone) {
  DeliveriesOptions options{both(), "retry", {}, "", true};
  EXPECT_EQ(run(deliveries, options), 0);
  EXPECT_EQ(out_, "nothing is quarantined: 0 records will be sent again with what comes next\n");
  options.all = false;
  options.records = {"01a225d3-b72f-734d-8055-7da16509cd29"};
  EXPECT_EQ(run(deliveries, options), 1);
}

TEST_F(ReportsTest, ARecordThatIsNotQuarantinedIsNamedBesideOneThatIs) {
  const std::string good = "00000000-0000-0000-0000-000000000001";
  const std::string bad = "00000000-0000-0000-0000-000000000009";
  quarantine_first();
  DeliveriesOptions options{both(), "list", {}, "", false};
  EXPECT_EQ(run(deliveries, options), 0) << err_;
  EXPECT_NE(out_.find("\nquarantined:\n" + good + "  finance  "), std::string::npos) << out_;
  EXPECT_EQ(out_.find("to be sent again"), std::string::npos) << out_;
  options.action = "retry";
  options.records = {bad, good};
  EXPECT_EQ(run(deliveries, options), 1);
  EXPECT_EQ(out_, "1 record will be sent again with what comes next\n");
  EXPECT_EQ(err_, "no such record is quarantined: " + bad + "\n");
  options = {both(), "list", {}, "", false};
  EXPECT_EQ(run(deliveries, options), 0) << err_;
  EXPECT_NE(out_.find("\nto be sent again:\n" + good + "  finance  "), std::string::npos) << out_;
  EXPECT_EQ(out_.find("\nquarantined:"), std::string::npos) << out_;
}

// `list` passed over the ids that it was given.
TEST_F(ReportsTest, AListOfARecordNamesItWhereItIsNotQuarantined) {
  const std::string bad = "00000000-0000-0000-0000-000000000009";
  quarantine_first();
  EXPECT_EQ(run(deliveries, DeliveriesOptions{both(), "list", {bad}, "", false}), 1);
  EXPECT_EQ(out_.find("\nquarantined:"), std::string::npos) << out_;
  EXPECT_EQ(err_, "no such record is quarantined: " + bad + "\n");
}

// An operator saw a backlog, and no reason for it.
TEST_F(ReportsTest, DeliveriesSayWhyAnExporterFailsAndSinceWhen) {
  quarantine_first();
  const DeliveriesOptions options{both(), "list", {}, "", false};
  const UtcTime since = *from_rfc3339("2026-11-29T18:00:00Z");
  const auto note = [this](const char* why, UtcTime at) {
    config::Ledger settings;
    settings.path = ledger_;
    const auto opened = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now());
    ASSERT_TRUE((*opened)->note_trouble("finance", why, at));
  };
  note("no route", since);
  note("403: the role is missing", since + seconds(60));
  EXPECT_EQ(run(deliveries, options), 0) << err_;
  EXPECT_NE(
      out_.find("\nfailing:\nfinance  since 2026-11-29T18:00:00Z  403: the role is missing\n"),
      std::string::npos)
      << out_;
  note("", since);
  EXPECT_EQ(run(deliveries, options), 0) << err_;
  EXPECT_EQ(out_.find("failing"), std::string::npos) << out_;
}

TEST_F(ReportsTest, AFileThatIsNoLedgerIsNotCalledDamaged) {
  const std::string text = directory_ / "notes.txt";
  std::ofstream(text) << "no database at all, and longer than the sixteen bytes of a header\n";
  EXPECT_EQ(run(verify_ledger, LedgerChoice{"", text}), 1);
  EXPECT_EQ(err_,
            text + " is no ledger: it is no SQLite database, and has no journals beside it\n");
  const std::string other = directory_ / "other.db";
  ledger_ = other;
  execute("CREATE TABLE t (a)");
  EXPECT_EQ(run(verify_ledger, LedgerChoice{"", other}), 1);
  EXPECT_EQ(err_, other + " is no ledger: it is another program's SQLite database\n");
}

TEST_F(ReportsTest, OfADamagedOneTheAdviceNamesTheFileThatWasAskedFor) {
  std::ofstream(ledger_, std::ios::trunc) << std::string(4096, 'x');
  EXPECT_EQ(run(verify_ledger, LedgerChoice{"", ledger_}), kIncomplete);
  EXPECT_NE(err_.find("`tollgate ledger salvage --ledger " + ledger_ + "`"), std::string::npos)
      << err_;
}

/// Where std::cout goes while it lives.
struct FullDisk {
  FullDisk() { std::cout.rdbuf(&output); }
  ~FullDisk() { std::cout.rdbuf(before); }
  StandardOutput output{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
  std::streambuf* before = std::cout.rdbuf();
};

// `tollgate records > FILE` on a full disk ended well.
TEST_F(ReportsTest, OutputThatCannotBeWrittenIsAFailure) {
  EXPECT_EXIT(
      {
        const FullDisk disk;
        std::exit(with_output_written(disk.output, records(RecordsOptions{{"", ledger_}, {}, {}})));
      },
      testing::ExitedWithCode(1), "not all could be written to standard output: No space left");
  EXPECT_EXIT(
      {
        const FullDisk disk;
        for (int i = 0; i < 10'000; ++i) std::cout << "a line of many that fill a buffer\n";
        std::exit(with_output_written(disk.output, 0));
      },
      testing::ExitedWithCode(1), "not all could be written to standard output: No space left");
  const StandardOutput nothing(STDOUT_FILENO);
  EXPECT_EQ(with_output_written(nothing, 0), 0);
  EXPECT_EQ(with_output_written(nothing, kIncomplete), kIncomplete) << "a status stays what it is";
}

TEST_F(ReportsTest, WithoutALedgerTheySayWhereTheyLooked) {
  EXPECT_EQ(run(verify_ledger, LedgerChoice{"", "no/such.ledger"}), 1);
  EXPECT_EQ(err_,
            "there is no ledger at " + std::filesystem::absolute("no/such.ledger").string() + "\n");
}

}  // namespace
}  // namespace tollgate::app
