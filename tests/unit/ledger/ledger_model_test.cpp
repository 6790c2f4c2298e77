// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "record_columns.hpp"
#include "recovery.hpp"
#include "sample_record.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

// Random histories of a ledger against a model of what it promises: every closed record once, every
// operation that was open at a crash once as interrupted, and nothing that was delivered queued
// again.
namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;
using usage::Outcome;

class History {
 public:
  explicit History(unsigned seed) : random_(seed) { start(); }

  void step() {
    switch (random_() % 12) {
      case 0:
      case 1:
      case 2:
      case 3:
        return open();
      case 4:
      case 5:
      case 6:
        return close();
      case 7:
        return ingest();
      case 8:
        return fail_to_ingest();
      case 9:
        return deliver();
      case 10:
        return fill_segment();
      default:
        return random_() % 4 == 0 ? stop() : crash();
    }
  }

  /// Kills what runs, recovers and compares with the model.
  void crash() {
    const std::string killed = path();
    ++generation_;
    copy_database(killed, path());
    workers_.clear();  // the files stay as they are
    table_.reset();
    fs::rename(killed + ".journal", path() + ".journal");
    interrupt_all();
    start();
  }

 private:
  std::string path() const { return directory_ / std::to_string(generation_); }

  /// The database of a process that was killed: its log has not been moved into it.
  static void copy_database(const std::string& from, const std::string& to) {
    for (const char* const part : {"", "-wal"}) fs::copy_file(from + part, to + part);
  }

  void start() {
    const std::string journal = path() + ".journal";
    fs::create_directory(journal);
    table_ = std::make_unique<RecordTable>(open_table(path()));
    if (random_() % 3 == 0) recover_and_crash(journal);
    ASSERT_TRUE(recover(*table_, journal));
    ASSERT_TRUE(list_segments(journal).empty());
    for (int i = 0; i < 2; ++i) workers_.push_back(std::make_unique<Worker>(journal));
    compare();
  }

  /// A crash after recovery committed and before it deleted the files.
  void recover_and_crash(const std::string& journal) {
    for (const std::string& file : list_segments(journal))
      fs::create_hard_link(file, file + ".kept");
    ASSERT_TRUE(recover(*table_, journal));
    for (const auto& file : fs::directory_iterator(journal)) {
      if (file.path().extension() == ".kept")
        fs::rename(file.path(), file.path().parent_path() / file.path().stem());
    }
  }

  void open() {
    const std::uint64_t number = next_++;
    const std::size_t worker = random_() % workers_.size();
    ASSERT_TRUE(workers_[worker]->journal.open(sample_intent(number)));
    open_.emplace(number, worker);
  }

  void close() {
    if (open_.empty()) return;
    const auto chosen =
        std::next(open_.begin(), static_cast<std::ptrdiff_t>(random_() % open_.size()));
    const auto [number, worker] = *chosen;
    ASSERT_TRUE(workers_[worker]->journal.close(sample_close(number)));
    open_.erase(chosen);
    ended_.emplace(sample_id(number), Outcome::completed);
  }

  void ingest() {
    for (const auto& worker : workers_) ASSERT_TRUE(worker->ingest(*table_));
  }

  void fail_to_ingest() {
    Transaction never_committed(table_->database());
    for (const auto& worker : workers_) ASSERT_TRUE(worker->ingester.stage(*table_));
  }

  void deliver() {
    const auto batch = table_->queued(1 + random_() % 4);
    ASSERT_TRUE(batch);
    for (const StoredRecord& stored : *batch) {
      EXPECT_TRUE(delivered_.insert(stored.record.record_id).second) << "queued after its delivery";
      ASSERT_TRUE(table_->mark_delivered(stored.sequence, from_unix_micros(1)));
    }
  }

  void fill_segment() {
    workers_[random_() % workers_.size()]->fill_segment();
    ended_.emplace(sample_id(Worker::kFiller), Outcome::completed);
  }

  /// As the ledger ends when it is asked to.
  void stop() {
    ingest();
    for (const auto& worker : workers_) worker->ingester.finish(*table_);
    workers_.clear();
    EXPECT_TRUE(list_segments(path() + ".journal").empty());
    interrupt_all();
    start();
  }

  void interrupt_all() {
    for (const auto& [number, worker] : open_) {
      ended_.emplace(sample_id(number), Outcome::interrupted);
    }
    open_.clear();
  }

  void compare() {
    std::map<Uuid, Outcome> found;
    std::set<Uuid> delivered;
    Statement all =
        table_->database().prepare("SELECT state, " + record_columns().names + " FROM records");
    while (*all.step()) {
      const usage::UsageRecord record = read_record(all, 1);
      EXPECT_TRUE(found.emplace(record.record_id, record.outcome).second) << "twice";
      if (all.number(0) == 1) delivered.insert(record.record_id);
    }
    EXPECT_EQ(found, ended_);
    EXPECT_EQ(delivered, delivered_);
    EXPECT_TRUE(table_->kept_intents()->empty());
  }

  TempDirectory directory_;
  std::mt19937 random_;
  int generation_ = 0;
  std::unique_ptr<RecordTable> table_;
  std::vector<std::unique_ptr<Worker>> workers_;

  // The model.
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, std::size_t> open_;  ///< number and worker
  std::map<Uuid, Outcome> ended_;
  std::set<Uuid> delivered_;
};

class LedgerModel : public testing::TestWithParam<unsigned> {};

TEST_P(LedgerModel, HoldsWhatItPromises) {
  History history(GetParam());
  for (int i = 0; i < 60 && !testing::Test::HasFailure(); ++i) history.step();
  history.crash();
}

INSTANTIATE_TEST_SUITE_P(Seeds, LedgerModel, testing::Range(1U, 7U));

}  // namespace
}  // namespace tollgate::ledger
