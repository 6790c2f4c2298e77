// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
//
// bench-routing: what a request pays to the board of targets (choose, report, end), by the number
// of threads that do nothing else: far more contention than workers, which relay between the calls,
// can make.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "tollgate/routing/failover.hpp"

namespace {

using namespace tollgate;

constexpr int kRequests = 400'000;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

config::Config config_of(std::size_t targets) {
  config::Config out;
  config::Model& model = out.models.emplace_back();
  model.name = "m";
  for (std::size_t i = 0; i < targets; ++i) {
    config::Backend& backend = out.backends.emplace_back();
    backend.name = "b" + std::to_string(i);
    model.targets.push_back({backend.name, "m", 1, 1});
  }
  return out;
}

void serve(routing::TargetBoard& board, const routing::Route& route, unsigned seed) {
  for (int i = 0; i < kRequests; ++i) {
    const SteadyTime now = std::chrono::steady_clock::now();
    routing::Failover failover(board, route, "POST", now, seed + static_cast<unsigned>(i));
    std::optional<routing::Lease> lease = failover.first(now);
    failover.after(*lease, {.status = 200, .request_sent = true}, now);
  }
}

void measure(std::size_t targets, unsigned threads) {
  const config::Config config = config_of(targets);
  routing::TargetBoard board(config.retry_budget);
  const routing::RouteTable table(config, &board);
  const routing::Route& route = **table.match("m", config::Client{});
  const double start = cpu_seconds();
  std::vector<std::thread> running;
  for (unsigned i = 0; i < threads; ++i) running.emplace_back([&, i] { serve(board, route, i); });
  for (std::thread& thread : running) thread.join();
  std::printf("%zu targets, %u threads: %.0f ns of CPU a request\n", targets, threads,
              (cpu_seconds() - start) * 1e9 / (static_cast<double>(kRequests) * threads));
}

}  // namespace

int main() {
  for (const std::size_t targets : {1U, 3U}) {
    for (const unsigned threads : {1U, 2U, 4U}) measure(targets, threads);
  }
}
