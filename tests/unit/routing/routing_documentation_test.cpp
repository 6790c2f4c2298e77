// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tollgate/config/load.hpp"
#include "tollgate/routing/failover.hpp"
#include "virtual_time.hpp"

// docs/routing.md shows whole configurations: each one loads, and does what the page says of it.
namespace tollgate::routing {
namespace {

std::string documentation() {
  std::ifstream file(TOLLGATE_DOCS "/routing.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The yaml block under a "### " heading; empty if there is none.
std::string block_under(const std::string& page, const std::string& heading) {
  const std::size_t section = page.find("\n### " + heading + "\n");
  if (section == std::string::npos) return {};
  const std::string fence = "```yaml\n";
  const std::size_t begin = page.find(fence, section) + fence.size();
  return page.substr(begin, page.find("```", begin) - begin);
}

std::size_t blocks(const std::string& page) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = page.find("```yaml", at)) != std::string::npos; ++at) ++count;
  return count;
}

/// A configuration of the page at work.
class Example {
 public:
  explicit Example(const std::string& heading) {
    const auto secret = [](const std::string& name) { return std::optional("secret of " + name); };
    const config::LoadResult loaded =
        config::load_text(block_under(documentation(), heading), {secret, secret});
    EXPECT_EQ(config::format_errors(heading, loaded.errors), "");
    config_ = loaded.config.value();
    board_.emplace(config_.retry_budget);
    table_.emplace(config_, &*board_);
    route = *table_->match("gpt-4o", config_.clients.front()).value();
  }

  Failover request(std::int64_t now, std::uint64_t random = 1) {
    return Failover(*board_, route, "POST", at(now), random);
  }
  std::optional<Lease> lease(std::int64_t now, std::uint64_t random = 1) {
    return request(now, random).first(at(now));
  }
  std::string backend(std::int64_t now) {
    const auto chosen = lease(now);
    return chosen ? chosen->candidate().backend->name : "none";
  }

 private:
  config::Config config_;
  std::optional<TargetBoard> board_;
  std::optional<RouteTable> table_;

 public:
  Route route;
};

AttemptEnd throttled(milliseconds wait) {
  return {.status = 429, .request_sent = true, .retry_after = wait};
}

TEST(RoutingDocumentation, EveryBlockIsTested) { EXPECT_EQ(blocks(documentation()), 4U); }

TEST(RoutingDocumentation, OneBackend) {
  Example example("One backend");
  for (int i = 0; i < 100; ++i) example.lease(i)->report(Signal::failure, {}, at(i));
  Failover request = example.request(1000);
  auto lease = request.first(at(1000));
  ASSERT_TRUE(lease);  // the breaker is off
  EXPECT_EQ(request.after(*lease, throttled(seconds(4)), at(1000)).verdict, Verdict::served);
  EXPECT_FALSE(example.lease(2000));
  EXPECT_EQ(request.unserved(at(2000)).status, 429);
  EXPECT_EQ(request.unserved(at(2000)).retry_after, seconds(3));
}

TEST(RoutingDocumentation, ProvisionedThroughputWithSpillOver) {
  Example example("Provisioned throughput with spill-over");
  Failover request = example.request(0);
  auto lease = request.first(at(0));
  EXPECT_EQ(lease->candidate().deployment, "gpt-4o-ptu");
  EXPECT_EQ(request.after(*lease, throttled(milliseconds(900)), at(0)).verdict,
            Verdict::retry_next_target);
  EXPECT_EQ(lease->candidate().deployment, "gpt-4o");
  EXPECT_EQ(example.backend(899), "eastus");
  EXPECT_EQ(example.backend(900), "sweden-ptu");
}

TEST(RoutingDocumentation, TwoRegions) {
  Example example("Two regions");
  for (std::uint64_t random = 0; random < 20; ++random) {
    const auto one = example.lease(0, random);
    const auto other = example.lease(0, random);
    EXPECT_NE(one->candidate().backend, other->candidate().backend);
  }
  for (int i = 0; i < 3; ++i) {
    auto busy = example.lease(i);  // so that one of each pair is sweden
    auto other = example.lease(i);
    Lease& sweden = busy->candidate().backend->name == "sweden" ? *busy : *other;
    sweden.report(Signal::failure, {}, at(i));
  }
  for (int i = 3; i < 50; ++i) EXPECT_EQ(example.backend(i), "france");
}

TEST(RoutingDocumentation, AbByWeight) {
  Example example("A/B by weight");
  int newer = 0;
  std::vector<Lease> pending;  // the shares hold under any load
  for (std::uint64_t random = 0; random < 10'000; ++random) {
    pending.push_back(*example.lease(0, random));
    newer += pending.back().candidate().deployment == "gpt-4o-2024-11-20" ? 1 : 0;
  }
  EXPECT_NEAR(newer, 1000, 120);
  Failover request = example.request(0);
  auto lease = request.first(at(0));
  EXPECT_EQ(request.after(*lease, {.status = 503, .request_sent = true}, at(0)).verdict,
            Verdict::served);
}

}  // namespace
}  // namespace tollgate::routing
