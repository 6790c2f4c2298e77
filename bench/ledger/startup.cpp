// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
//
// How long a start takes over what a killed process left in its journals. Leaves so many
// megabytes of operations of everyday in a directory without moving them, every thousandth of them
// open, and opens the ledger there; with 0 it opens what stands there already.
//
//   bench-startup DIRECTORY MEGABYTES
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "everyday_record.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "worker_journal.hpp"

namespace {

using namespace tollgate;

constexpr std::uint64_t kWorkers = 4;
constexpr int kOpenOneIn = 1000;

/// Operations into one worker's segments until they take so many bytes. Less than 0: no room.
int leave_journals(const std::string& directory, std::uint32_t worker, std::uint64_t bytes) {
  ledger::SegmentStore store(directory, worker);
  const std::atomic<bool> full{false};
  ledger::WorkerJournal journal(store, full, nullptr);
  int operations = 0;
  for (; store.bytes() <= bytes; ++operations) {
    usage::UsageRecord record = bench::everyday_record(std::chrono::system_clock::now());
    if (!journal.open(record)) return -1;
    if (operations % kOpenOneIn == 0) continue;
    bench::finish(record);
    if (!journal.close(record)) return -1;
  }
  return operations;
}

double processor_time(::clockid_t clock) {
  ::timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// How long a start takes over what is there: on a machine with other work the processor's time
/// tells more than the clock.
int open_again(const config::Ledger& settings) {
  const double own_before = processor_time(CLOCK_THREAD_CPUTIME_ID);
  const double all_before = processor_time(CLOCK_PROCESS_CPUTIME_ID);
  const auto begin = std::chrono::steady_clock::now();
  const auto ledger = ledger::Ledger::open(settings, 4, std::chrono::system_clock::now());
  if (!ledger) return std::fprintf(stderr, "%s\n", ledger.error().message.c_str()), 1;
  const double own = processor_time(CLOCK_THREAD_CPUTIME_ID) - own_before;
  const double all = processor_time(CLOCK_PROCESS_CPUTIME_ID) - all_before;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const ledger::LedgerStats stats = (*ledger)->stats();
  std::printf(
      "opened in %.3f s, %.3f s of a processor, %.3f s of them beside: %llu interrupted, %llu "
      "damaged\n",
      took.count(), all, all - own, static_cast<unsigned long long>(stats.interrupted),
      static_cast<unsigned long long>(stats.damaged));
  std::fflush(stdout);
  std::_Exit(0);  // not what a clean end takes
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "bench-startup DIRECTORY MEGABYTES\n"), 1;
  config::Ledger settings;
  settings.path = std::string(argv[1]) + "/bench.ledger";
  const std::string journals = ledger::journal_directory(settings.path);
  std::filesystem::create_directories(journals);
  const std::uint64_t bytes = std::strtoull(argv[2], nullptr, 10) * 1'000'000;
  for (std::uint32_t worker = 0; worker < kWorkers; ++worker) {
    if (bytes == 0) break;
    const int left = leave_journals(journals, worker, bytes / kWorkers);
    if (left < 0) return std::fprintf(stderr, "no room\n"), 1;
    std::printf("worker %u: %d operations\n", worker, left);
  }
  return open_again(settings);
}
