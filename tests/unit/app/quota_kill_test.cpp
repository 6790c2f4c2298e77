// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "ledger/sample_record.hpp"
#include "ledger/temp_directory.hpp"
#include "quota_restore.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

// A process with a ledger and limits is killed at any moment, between what it writes and what it
// settles as well, again and again. Whatever was acknowledged counts after the restart, once.
namespace tollgate::app {
namespace {

using quotas::Measure;
using quotas::Period;

constexpr std::int64_t kTokens = 1000;  ///< that each operation is let through with
constexpr std::int64_t kBytes = 50;     ///< of its request
const std::string kClient = "retail";

std::vector<quotas::Rule> rules() {
  std::vector<quotas::Rule> out;
  for (const auto measure : {Measure::requests, Measure::tokens, Measure::cost}) {
    quotas::Limit limit;
    limit.measure = measure;
    limit.period = Period::year;
    limit.amount = 1'000'000'000'000;
    out.push_back({{quotas::Scope::client, kClient, ""}, limit});
    out.push_back({{quotas::Scope::client_model, kClient, "gpt-4o"}, limit});
  }
  return out;
}

/// When it is, for limits and records: far from the border of any window.
UtcTime noon() { return from_rfc3339("2026-06-15T12:00:00Z").value(); }
quotas::Moment moment() { return {noon(), std::chrono::steady_clock::now()}; }

/// What a life has told, in memory that outlives it: each after the fact that it tells.
struct Told {
  std::int64_t began;   ///< its limits know what was used before
  std::int64_t known;   ///< records that have tokens, as it began
  std::int64_t drift;   ///< limits that had something else then than the records have
  std::int64_t closed;  ///< by the ledger
};

/// What the records have, one after the other, by the function that settles.
struct RecordSums {
  std::int64_t known = 0;
  std::int64_t unknown = 0;
  quotas::Use sums{0, 0, 0, 0, 0};

  void add(const usage::UsageRecord& record) {
    const quotas::Use use = quotas::use_of(record);
    sums.requests += use.requests;
    ++(use.prompt_tokens ? known : unknown);
    *sums.prompt_tokens += use.prompt_tokens.value_or(0);
    *sums.completion_tokens += use.completion_tokens.value_or(0);
    *sums.cost_nano += use.cost_nano.value_or(0);
  }
  /// Those that were cut off as the others on average, rounded up.
  std::int64_t with_unknown(std::int64_t sum) const {
    return known == 0 ? sum : sum + (sum * unknown + known - 1) / known;
  }
  std::int64_t of(Measure measure) const {
    if (measure == Measure::requests) return sums.requests;
    if (measure == Measure::cost) return with_unknown(*sums.cost_nano);
    const std::int64_t tokens =
        with_unknown(*sums.prompt_tokens) + with_unknown(*sums.completion_tokens);
    return known == 0 ? unknown * (kBytes + quotas::kUnknownOutput) : tokens;
  }
};

usage::UsageRecord intent_of(std::uint64_t number) {
  usage::UsageRecord out = ledger::sample_intent(number);
  out.client_name = kClient;
  out.requested_model = "gpt-4o";
  out.event_time = noon();
  out.request_bytes = kBytes;
  return out;
}

usage::UsageRecord record_of(usage::UsageRecord out, std::uint64_t number) {
  const auto odd = static_cast<std::int64_t>(number % 7);
  out.outcome = usage::Outcome::completed;
  out.usage_basis = usage::UsageBasis::reported;
  out.usage_reason.clear();
  out.tokens.prompt = 10 + odd;
  out.tokens.completion = 5;
  out.tokens.total = 15 + 2 * odd;  // reasoning beside the rest
  out.cost_basis = usage::CostBasis::priced;
  out.cost_nano = 100 + odd;
  out.cost_currency = "USD";
  return out;
}

void look_back(const config::Ledger& settings, const quotas::Quotas& quotas, Told& told) {
  const auto reader = ledger::LedgerReader::open(settings.path);
  if (!reader) ::_exit(7);
  RecordSums sums;
  const auto add = [&](const usage::UsageRecord& record, ledger::RecordState) { sums.add(record); };
  if (!(*reader)->for_each_counting({}, add)) ::_exit(8);
  for (const quotas::LimitState& state : quotas.states(moment()))
    told.drift += state.used != sums.of(state.rule->limit.measure) || state.reserved != 0 ? 1 : 0;
  told.known = sums.known;
  told.began = 1;
}

/// Dies between two of its steps, unless it is killed before.
class Steps {
 public:
  explicit Steps(std::int64_t left) : left_(left) {}
  void step() {
    if (--left_ <= 0) ::kill(::getpid(), SIGKILL);
  }

 private:
  std::int64_t left_;
};

/// What the doomed process does, which begins with that operation.
[[noreturn]] void live(const config::Ledger& settings, std::uint64_t first, Steps steps,
                       Told& told) {
  // Its log says what each limit begins with.
  if (std::freopen("/dev/null", "w", stdout) == nullptr) ::_exit(1);
  const auto ledger = ledger::Ledger::open(settings, 1, noon());
  if (!ledger) ::_exit(2);
  quotas::Quotas quotas;
  QuotasToRestore wanted;
  wanted.ledger_path = settings.path;
  wanted.now = moment();
  wanted.keys = quotas.apply(rules(), wanted.zone, wanted.now);
  if (!restore_quotas(quotas, wanted)) ::_exit(3);
  look_back(settings, quotas, told);
  const quotas::LimitSet limits = quotas.limits_of(kClient, {}, "gpt-4o");
  for (std::uint64_t number = first;; ++number) {
    quotas::Reserved reserved = quotas.reserve(limits, {1, kTokens, 0, kTokens}, moment());
    if (reserved.exceeded) ::_exit(4);
    steps.step();
    const usage::UsageRecord intent = intent_of(number);
    if (!(*ledger)->journal(0).open(intent)) ::_exit(5);
    steps.step();
    const usage::UsageRecord record = record_of(intent, number);
    if (!(*ledger)->journal(0).close(record)) ::_exit(6);
    steps.step();
    ++told.closed;
    reserved.reservation.settle(quotas::use_of(record), moment());
    steps.step();
  }
}

/// A ledger and those who live on it, one after the other.
class DoomedLives {
 public:
  DoomedLives()
      : told_(static_cast<Told*>(::mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE,
                                        MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  DoomedLives(const DoomedLives&) = delete;
  DoomedLives& operator=(const DoomedLives&) = delete;
  ~DoomedLives() { ::munmap(told_, sizeof(Told)); }

  /// Dies after so many steps, or when so much time has passed, if that is given.
  void live_and_die(std::int64_t steps, std::optional<std::chrono::microseconds> time) {
    *told_ = {};
    ++lives_;
    const pid_t child = ::fork();
    if (child == 0)
      live(settings_, 1'000'000 * static_cast<std::uint64_t>(lives_), Steps(steps), *told_);
    if (time) {
      ::usleep(static_cast<useconds_t>(time->count()));
      ::kill(child, SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended: " << WEXITSTATUS(status);
    EXPECT_TRUE(time || told_->began != 0);
    if (told_->began != 0) check();
    closed_ += told_->closed;
  }

  std::int64_t closed() const { return closed_; }

 private:
  /// A life that was killed between the ledger's word and its own has one operation more.
  void check() const {
    EXPECT_EQ(told_->drift, 0);
    EXPECT_GE(told_->known, closed_);
    EXPECT_LE(told_->known, closed_ + lives_ - 1);
  }

  ledger::TempDirectory directory_;
  config::Ledger settings_{.path = directory_ / "usage.ledger"};
  Told* told_;
  std::int64_t lives_ = 0;
  std::int64_t closed_ = 0;
};

constexpr int kKillsOfALedger = 25;
constexpr int kKills = 200;

/// `./dev kills` asks for more than a test's time allows.
int kills() {
  const char* const asked = std::getenv("TOLLGATE_KILLS");
  return asked == nullptr ? kKills : std::max(std::atoi(asked), kKillsOfALedger);
}

TEST(QuotaKill, LimitsBeginWithWhatTheRecordsHave) {
  std::mt19937 random(12);
  std::int64_t closed = 0;
  for (int killed = 0; killed < kills(); killed += kKillsOfALedger) {
    DoomedLives lives;
    for (int i = 0; i < kKillsOfALedger; ++i) {
      std::optional<std::chrono::microseconds> time;
      if (random() % 4 == 0) time = std::chrono::microseconds(random() % 20'000);
      lives.live_and_die(1 + static_cast<std::int64_t>(random() % 80), time);
      if (testing::Test::HasFailure()) return;
    }
    closed += lives.closed();
  }
  EXPECT_GT(closed, kills());
  testing::Test::RecordProperty("records", std::to_string(closed));
}

}  // namespace
}  // namespace tollgate::app
