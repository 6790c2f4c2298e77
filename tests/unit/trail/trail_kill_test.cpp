// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <map>
#include <string>

#include "store_fixture.hpp"
#include "tollgate/trail/row_fields.hpp"
#include "tollgate/trail/verifier.hpp"

// A process that is killed with SIGKILL at any moment, again and again on one trail.
namespace tollgate::trail {
namespace {

constexpr std::int64_t kRowsEach = 3;

class TrailKill : public StoreTest {
 protected:
  /// What the doomed process does: three rows at a time, and checkpoints between. It says what the
  /// store has taken, never before.
  [[noreturn]] void work(int acknowledge) {
    auto store = try_open();
    if (!store) ::_exit(2);
    const std::vector<NoteSigner> signers{signer()};
    for (std::int64_t first = 1;; first += kRowsEach) {
      const Result<std::int64_t> last = store->append(rows(first, first + kRowsEach - 1));
      if (!last) ::_exit(3);
      if (::write(acknowledge, &*last, sizeof(*last)) != sizeof(*last)) ::_exit(1);
      if (first % 5 == 0 && !store->checkpoint(signers, kNow)) ::_exit(4);
    }
  }

  void run_and_kill(int acknowledgements) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      work(ends[1]);
    }
    ::close(ends[1]);
    std::int64_t last = 0;
    for (int i = 0; i < acknowledgements; ++i) {
      ASSERT_EQ(::read(ends[0], &last, sizeof(last)), static_cast<ssize_t>(sizeof(last)));
      acknowledged_ = last;
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
    while (::read(ends[0], &last, sizeof(last)) == static_cast<ssize_t>(sizeof(last))) {
      acknowledged_ = last;
    }
    ::close(ends[0]);
  }

  std::int64_t acknowledged_ = 0;
};

TEST_F(TrailKill, LeavesWholeTransactionsAndEverythingThatWasAcknowledged) {
  for (const int acknowledgements : {7, 0, 40, 1, 23, 0, 11}) {
    run_and_kill(acknowledgements);
    if (HasFatalFailure()) return;
  }
  AuditStore store = open();
  ASSERT_TRUE(store.checkpoint(std::vector{signer()}, kNow));
  const FoundRows found = desk().read({.limit = 1'000'000}, kAuditor, kNow).value();
  EXPECT_TRUE(found.damaged.empty());
  EXPECT_GE(static_cast<std::int64_t>(found.rows.size()), acknowledged_);
  Verifier verifier({signer().verifier()});
  std::string lines;
  std::map<std::string, std::int64_t> requests;
  for (const StoredRow& stored : found.rows) {
    lines += to_json(stored.row, kNow) + "\n";
    if (stored.row.kind == kind::kRequest) ++requests[stored.row.record_id];
  }
  verifier.add_rows(lines, "rows");
  const Verification verification = verifier.finish();
  for (const Finding& finding : verification.findings) ADD_FAILURE() << finding.detail;
  EXPECT_EQ(verification.trails.at(0).first, 1);
  EXPECT_EQ(verification.trails.at(0).rows, found.rows.size());
  // Three rows went in together each time: of none of them is there one more than of another.
  for (std::int64_t first = 1; requests.contains("record-" + std::to_string(first));
       first += kRowsEach) {
    const std::int64_t times = requests["record-" + std::to_string(first)];
    EXPECT_EQ(requests["record-" + std::to_string(first + 1)], times);
    EXPECT_EQ(requests["record-" + std::to_string(first + 2)], times);
  }
}

}  // namespace
}  // namespace tollgate::trail
