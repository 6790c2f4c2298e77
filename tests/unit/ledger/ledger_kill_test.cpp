// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sample_record.hpp"
#include "temp_directory.hpp"
#include "tollgate/ledger/ledger.hpp"

// A process that is killed with SIGKILL at any moment, again and again on one ledger.
namespace tollgate::ledger {
namespace {

struct Acknowledged {
  std::uint64_t number = 0;
  bool closed = false;  ///< else: opened
};

usage::UsageRecord large_close(std::uint64_t number) {
  usage::UsageRecord record = sample_close(number);
  for (std::string* const text :
       {&record.end_user, &record.conversation_id, &record.api_version, &record.backend,
        &record.model, &record.caller_custom_id, &record.finish_reason, &record.usage_reason}) {
    text->assign(1000, 'x');
  }
  return record;
}

/// What the doomed process does: operations without end, every fifth of which never ends. It says
/// so as soon as the journal has taken something, never before.
[[noreturn]] void work(const config::Ledger& settings, std::uint64_t first, int acknowledge) {
  const auto say = [&](const Acknowledged& what) {
    if (::write(acknowledge, &what, sizeof(what)) != sizeof(what)) ::_exit(1);
  };
  const auto ledger = Ledger::open(settings, 1, std::chrono::system_clock::now());
  if (!ledger) ::_exit(2);
  Journal& journal = (*ledger)->journal(0);
  for (std::uint64_t number = first;; ++number) {
    if (!journal.open(sample_intent(number))) ::_exit(3);
    say({number, false});
    if (number % 5 == 0) continue;
    if (!journal.close(large_close(number))) ::_exit(4);
    say({number, true});
  }
}

/// A ledger and the processes that write it, one after the other.
class DoomedWriters {
 public:
  /// Lets a process run until it has acknowledged so many things, and kills it.
  void run_and_kill(std::uint64_t first, int acknowledgements) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      work(settings_, first, ends[1]);
    }
    ::close(ends[1]);
    Acknowledged what;
    for (int i = 0; i < acknowledgements; ++i) {
      ASSERT_EQ(::read(ends[0], &what, sizeof(what)), static_cast<ssize_t>(sizeof(what)));
      note(what);
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
    // What it had still said when it died.
    while (::read(ends[0], &what, sizeof(what)) == static_cast<ssize_t>(sizeof(what))) note(what);
    ::close(ends[0]);
  }

  /// Everything that was acknowledged is there, once and as it was.
  void expect_whole() const {
    const auto ledger = Ledger::open(settings_, 1, std::chrono::system_clock::now());
    ASSERT_TRUE(ledger);
    const std::vector<ExporterTerms> reader{{"test", true, true}};
    ASSERT_TRUE((*ledger)->serve_exporters(reader));
    const auto stored = (*ledger)->undelivered("test", 1'000'000);
    ASSERT_TRUE(stored);
    std::map<Uuid, usage::Outcome> found;
    for (const StoredRecord& record : *stored) {
      EXPECT_TRUE(found.emplace(record.record.record_id, record.record.outcome).second) << "twice";
    }
    for (const Uuid& id : opened_) EXPECT_TRUE(found.contains(id)) << id.to_string();
    std::size_t lost = 0;
    for (const Uuid& id : closed_) {
      const auto record = found.find(id);
      lost += record == found.end() || record->second != usage::Outcome::completed ? 1 : 0;
    }
    EXPECT_EQ(lost, 0U) << "of " << closed_.size();
  }

  std::size_t closed() const { return closed_.size(); }

 private:
  void note(const Acknowledged& what) {
    (what.closed ? closed_ : opened_).insert(sample_id(what.number));
  }

  TempDirectory directory_;
  config::Ledger settings_{.path = directory_ / "usage.ledger"};
  std::set<Uuid> opened_;
  std::set<Uuid> closed_;
};

constexpr int kKillsOfALedger = 8;

/// `./dev kills` asks for more than a test's time allows.
int kills() {
  const char* const asked = std::getenv("TOLLGATE_KILLS");
  return asked == nullptr ? kKillsOfALedger : std::max(std::atoi(asked), kKillsOfALedger);
}

TEST(LedgerKill, LosesNothingThatWasAcknowledged) {
  std::mt19937 random(11);
  std::size_t closed = 0;
  for (int killed = 0; killed < kills(); killed += kKillsOfALedger) {
    DoomedWriters writers;
    for (std::uint64_t round = 0; round < kKillsOfALedger; ++round) {
      // None: it may die while it opens the ledger and recovers what the one before left.
      const int acknowledgements = round % 4 == 2 ? 0 : static_cast<int>(random() % 1000);
      writers.run_and_kill(round * 1'000'000, acknowledgements);
      if (testing::Test::HasFatalFailure()) return;
    }
    writers.expect_whole();
    if (testing::Test::HasFailure()) return;
    closed += writers.closed();
  }
  EXPECT_GT(closed, 500U);
  testing::Test::RecordProperty("records", std::to_string(closed));
}

}  // namespace
}  // namespace tollgate::ledger
