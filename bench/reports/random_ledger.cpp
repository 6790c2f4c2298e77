// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
//
// A ledger of random records over the year 2026, taken in and rolled up as a gateway does it, and
// what they add up to, by code of its own: a line of JSON on standard output.
//
//   random-ledger DIRECTORY RECORDS
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tollgate/base/uuid.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace {

using namespace tollgate;

/// Draws of one sequence: the same records each time.
class Draws {
 public:
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
  }

 private:
  std::mt19937_64 random_{20261129};
};

/// The cost of some tokens at a price for a million of them, in nanos, rounded down.
usage::CostComponent component(const char* name, std::int64_t quantity, const char* price,
                               std::int64_t micros) {
  // The price in millionths of the currency for a million tokens: nanos are quantity x micros /
  // 1,000.
  return {name, quantity, price, 1'000'000, "", quantity * micros / 1000};
}

usage::UsageRecord record_at(UtcTime time, Draws& draws) {
  usage::UsageRecord out;
  out.record_id = make_uuid_v7(time);
  out.event_time = time;
  const std::int64_t client = draws.below(20);
  out.client_name = "client-" + std::to_string(client);
  out.tags = {{"cost_center", std::to_string(4700 + client % 5)}};
  out.operation_id = "ChatCompletions_Create";
  out.backend = draws.below(2) == 0 ? "east" : "west";
  out.backend_region = "swedencentral";
  out.backend_deployment = "prod";
  out.sku = "GlobalStandard";
  out.model = draws.below(3) == 0 ? "gpt-5-mini-2026-01-01" : "gpt-5-2026-01-01";
  out.status_code = 200;
  out.outcome = usage::Outcome::completed;
  out.usage_basis =
      draws.below(50) == 0 ? usage::UsageBasis::estimated : usage::UsageBasis::reported;
  out.tokens.prompt = draws.below(20'000);
  out.tokens.cached_prompt = draws.below(*out.tokens.prompt + 1);
  out.tokens.completion = draws.below(4'000);
  out.tokens.total = *out.tokens.prompt + *out.tokens.completion;
  out.duration_ms = draws.below(60'000);
  if (draws.below(40) == 0) {
    out.cost_reason = "no_price_for_model";
    return out;
  }
  out.cost_basis = usage::CostBasis::priced;
  out.cost_currency = "EUR";
  out.price_id = "0123456789abcdef0123456789abcdef";
  out.cost_components = {
      component("input", *out.tokens.prompt - *out.tokens.cached_prompt, "4.000001", 4'000'001),
      component("cached_input", *out.tokens.cached_prompt, "0.4", 400'000),
      component("output", *out.tokens.completion, "20", 20'000'000)};
  std::int64_t cost = 0;
  for (const usage::CostComponent& one : out.cost_components) cost += one.cost_nano;
  out.cost_nano = cost;
  return out;
}

struct Totals {
  std::int64_t records = 0;
  std::int64_t cost_nano = 0;  ///< 10 million records stay far below 64 bits
  std::int64_t total_tokens = 0;
  std::int64_t unpriced = 0;

  void add(const usage::UsageRecord& record) {
    ++records;
    cost_nano += record.cost_nano.value_or(0);
    total_tokens += *record.tokens.total;
    unpriced += record.cost_nano ? 0 : 1;
  }
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "random-ledger: %s\n", why.c_str());
  std::exit(1);
}

/// A ledger takes in what it has room for in its journals.
void write_records(ledger::Ledger& ledger, std::int64_t count, Totals& totals) {
  constexpr std::int64_t kAtOnce = 5'000;
  const UtcTime begin = from_rfc3339("2026-01-01T00:00:00Z").value();
  const auto year = std::chrono::hours(24 * 365);
  const auto step = std::chrono::duration_cast<microseconds>(year) / count;
  Draws draws;
  for (std::int64_t i = 0; i < count; ++i) {
    const usage::UsageRecord record = record_at(begin + step * i, draws);
    const bool done = ledger.journal(0).open(record) && ledger.journal(0).close(record);
    if (!done) fail("a record cannot be written");
    totals.add(record);
    if (i % kAtOnce == kAtOnce - 1 && !ledger.flush()) fail("the ledger cannot be written");
  }
  if (!ledger.flush()) fail("the ledger cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("takes DIRECTORY and RECORDS");
  const std::int64_t count = std::atoll(argv[2]);
  if (count <= 0) fail("RECORDS is a number");
  config::Ledger settings{.path = std::string(argv[1]) + "/usage.ledger"};
  settings.max_size *= 10;
  const auto opened = ledger::Ledger::open(settings, 1, std::chrono::system_clock::now());
  if (!opened) fail(opened.error().message);
  Totals totals;
  write_records(**opened, count, totals);
  do {
    std::this_thread::sleep_for(milliseconds(100));
    if (!(*opened)->flush()) fail("the ledger cannot be written");
  } while ((*opened)->stats().not_rolled_up > 0);
  std::printf(R"({"records": %lld, "cost_nano": %lld, "total_tokens": %lld, "unpriced": %lld})"
              "\n",
              static_cast<long long>(totals.records), static_cast<long long>(totals.cost_nano),
              static_cast<long long>(totals.total_tokens), static_cast<long long>(totals.unpriced));
  return 0;
}
