// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
//
// What a record costs between the journal and the database. Appends operations to a journal in
// rounds, as a worker does, and moves each round into the database, as the ledger's thread does
// every 50 ms.
//
//   bench-ledger DIRECTORY RECORDS PER_ROUND
//   valgrind --tool=callgrind --toggle-collect='*SqliteLedger::flush*' bench-ledger ...
// instructions of the moves alone
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "everyday_record.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace {

using namespace tollgate;
using bench::everyday_record;
using bench::finish;

int run(const std::string& directory, int records, int per_round) {
  config::Ledger settings;
  settings.path = directory + "/bench.ledger";
  const auto ledger = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now());
  if (!ledger) return std::fprintf(stderr, "%s\n", ledger.error().message.c_str()), 1;
  ledger::Journal& journal = (*ledger)->journal(0);
  std::chrono::nanoseconds moving{0};
  for (int done = 0; done < records;) {
    for (int i = 0; i < per_round && done < records; ++i, ++done) {
      usage::UsageRecord record = everyday_record(std::chrono::system_clock::now());
      if (!journal.open(record)) return std::fprintf(stderr, "no intent\n"), 1;
      finish(record);
      if (!journal.close(record)) return std::fprintf(stderr, "no close\n"), 1;
    }
    const auto begin = std::chrono::steady_clock::now();
    if (!(*ledger)->flush()) return std::fprintf(stderr, "no round\n"), 1;
    moving += std::chrono::steady_clock::now() - begin;
  }
  std::printf("%d records, %d a round: %.2f us a record\n", records, per_round,
              static_cast<double>(moving.count()) / 1000.0 / records);
  return 0;
}

/// How long a start takes over what is there.
int open_again(const std::string& directory) {
  config::Ledger settings;
  settings.path = directory + "/bench.ledger";
  const auto begin = std::chrono::steady_clock::now();
  const auto ledger = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now());
  if (!ledger) return std::fprintf(stderr, "%s\n", ledger.error().message.c_str()), 1;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("opened in %.3f s\n", took.count());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "bench-ledger DIRECTORY RECORDS PER_ROUND\n"), 1;
  const int status = run(argv[1], std::atoi(argv[2]), std::atoi(argv[3]));
  return status != 0 ? status : open_again(argv[1]);
}
