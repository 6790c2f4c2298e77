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

#include "tollgate/ledger/ledger.hpp"

namespace {

using namespace tollgate;

/// As a chat completion of everyday leaves it: about 700 bytes.
usage::UsageRecord everyday_record(UtcTime now) {
  usage::UsageRecord out;
  out.record_id = make_uuid_v7(now);
  out.event_time = now;
  out.gateway = "tollgate-7d9f";
  out.client_name = "retail-chatbot";
  out.tags = {{"cost_center", "4711"}, {"application", "chat"}};
  out.auth_method = "api_key";
  out.caller_proof = "primary";
  out.caller_ip_address = "10.21.33.7";
  out.operation_id = "ChatCompletions_Create";
  out.api_version = "2024-10-21";
  out.requested_model = "gpt-4o";
  out.backend = "sweden";
  out.backend_deployment = "gpt-4o-2024-11-20";
  out.backend_region = "swedencentral";
  return out;
}

void finish(usage::UsageRecord& out) {
  out.model = "gpt-4o-2024-11-20";
  out.status_code = 200;
  out.outcome = usage::Outcome::completed;
  out.finish_reason = "stop";
  out.tokens.prompt = 1234;
  out.tokens.completion = 321;
  out.tokens.total = 1555;
  out.tokens.cached_prompt = 1024;
  out.usage_basis = usage::UsageBasis::reported;
  out.duration_ms = 2345;
  out.time_to_first_byte_ms = 321;
  out.gateway_overhead_ms = 0.4;
  out.request_bytes = 5432;
  out.response_bytes = 4321;
  out.attempts = {{.backend = "sweden",
                   .deployment = "gpt-4o-2024-11-20",
                   .status = 200,
                   .duration_ms = 2344,
                   .sent = true}};
  out.backend_request_id = "c7b0a2f5-1d8e-4a57-9c9f-0f3a5d2b7e11";
  out.correlation_id = "c7b0a2f5-1d8e-4a57-9c9f-0f3a5d2b7e11";
  out.response_id = "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012";
}

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
