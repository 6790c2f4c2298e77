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

#include "delivery_table.hpp"
#include "recovery.hpp"
#include "sample_record.hpp"
#include "segments_in.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

// Random histories of a ledger against a model of what it promises: every closed record once, every
// operation that was open at a crash once as interrupted, and nothing that was delivered queued
// again.
namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;
using usage::Outcome;

const std::string kExporter = "one";

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
    store_.reset();
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
    store_ = std::make_unique<RecordStore>(open_store(path()));
    const std::vector<ExporterTerms> exporters{{kExporter, true, true}};
    ASSERT_TRUE(serve_exporters(*store_, exporters));
    if (random_() % 3 == 0) recover_and_crash(journal);
    ASSERT_TRUE(recover(*store_, journal, UtcTime()));
    ASSERT_TRUE(segments_in(journal).empty());
    for (int i = 0; i < 2; ++i) workers_.push_back(std::make_unique<Worker>(journal));
    compare();
  }

  /// A crash after recovery committed and before it deleted the files.
  void recover_and_crash(const std::string& journal) {
    for (const std::string& file : segments_in(journal)) fs::create_hard_link(file, file + ".kept");
    ASSERT_TRUE(recover(*store_, journal, UtcTime()));
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
    for (const auto& worker : workers_) ASSERT_TRUE(worker->ingest(*store_));
  }

  void fail_to_ingest() {
    Transaction never_committed(store_->database());
    Intake intake(*store_, UtcTime());
    for (const auto& worker : workers_) {
      ASSERT_TRUE(worker->ingester.stage(*store_, intake, UtcTime()));
    }
    ASSERT_TRUE(intake.finish());
  }

  void deliver() {
    const auto batch = undelivered(*store_, kExporter, 1 + random_() % 4);
    ASSERT_TRUE(batch);
    Accounting accounting;
    for (const StoredRecord& stored : *batch) {
      EXPECT_TRUE(delivered_.insert(stored.record.record_id).second) << "queued after its delivery";
      accounting.accepted.push_back(stored.sequence);
    }
    ASSERT_TRUE(account(*store_, kExporter, accounting, UtcTime()));
  }

  void fill_segment() {
    const std::uint64_t number = Worker::kFiller + ++fillers_;
    if (!workers_[random_() % workers_.size()]->fill_segment(number)) return;
    ended_.emplace(sample_id(number), Outcome::completed);
  }

  /// As the ledger ends when it is asked to.
  void stop() {
    ingest();
    for (const auto& worker : workers_) worker->ingester.finish(*store_, UtcTime());
    workers_.clear();
    EXPECT_TRUE(segments_in(path() + ".journal").empty());
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
    for (const usage::UsageRecord& record : all_records(*store_)) {
      EXPECT_TRUE(found.emplace(record.record_id, record.outcome).second) << "twice";
      delivered.insert(record.record_id);
    }
    const auto waiting = undelivered(*store_, kExporter, 1'000'000);
    for (const StoredRecord& stored : *waiting) delivered.erase(stored.record.record_id);
    EXPECT_EQ(found, ended_);
    EXPECT_EQ(delivered, delivered_);
    EXPECT_TRUE(kept_intents(*store_).empty());
  }

  TempDirectory directory_;
  std::mt19937 random_;
  int generation_ = 0;
  std::unique_ptr<RecordStore> store_;
  std::vector<std::unique_ptr<Worker>> workers_;

  // The model.
  std::uint64_t next_ = 1;
  std::uint64_t fillers_ = 0;
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
