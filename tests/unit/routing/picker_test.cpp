// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/picker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace tollgate::routing {
namespace {

std::vector<Candidate> candidates(const std::vector<std::pair<unsigned, unsigned>>& specs) {
  std::vector<Candidate> out;
  for (const auto& [priority, weight] : specs) {
    Candidate& candidate = out.emplace_back();
    candidate.priority = priority;
    candidate.weight = weight;
  }
  return out;
}

constexpr int kDraws = 100'000;

/// The share of each candidate over many draws.
std::vector<double> shares(const std::vector<Candidate>& from,
                           const std::vector<Standing>& standings) {
  std::mt19937_64 random(20261124);
  std::vector<double> out(from.size());
  for (int i = 0; i < kDraws; ++i) out[*pick(from, standings, random())] += 1.0 / kDraws;
  return out;
}

/// Four standard deviations of a share at so many draws.
double tolerance(double share) { return 4 * std::sqrt(share * (1 - share) / kDraws) + 1e-9; }

TEST(Picker, KeepsUnequalWeightsAsSharesWhateverIsPending) {
  const auto from = candidates({{1, 90}, {1, 9}, {1, 1}});
  const std::vector<Standing> loaded{{true, 1000}, {true, 0}, {true, 7}};
  const std::vector<double> found = shares(from, loaded);
  const std::vector<double> wanted{0.90, 0.09, 0.01};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(found[i], wanted[i], tolerance(wanted[i])) << i;
  }
}

TEST(Picker, SharesOutWhatAnUnusableCandidateWouldHaveHad) {
  const auto from = candidates({{1, 6}, {1, 3}, {1, 1}});
  const std::vector<double> found = shares(from, {{false, 0}, {true, 0}, {true, 0}});
  EXPECT_EQ(found[0], 0);
  EXPECT_NEAR(found[1], 0.75, tolerance(0.75));
}

TEST(Picker, EqualWeightsAreSplitEvenlyWhileEquallyLoaded) {
  const std::vector<double> found =
      shares(candidates({{1, 5}, {1, 5}, {1, 5}}), {{true, 2}, {true, 2}, {true, 2}});
  for (const double share : found) EXPECT_NEAR(share, 1.0 / 3, tolerance(1.0 / 3));
}

TEST(Picker, TheLeastPendingWinsAmongEqualWeights) {
  const auto from = candidates({{1, 5}, {1, 5}, {1, 10}});
  const std::vector<double> found = shares(from, {{true, 3}, {true, 2}, {true, 9}});
  EXPECT_EQ(found[0], 0);
  EXPECT_NEAR(found[1], 0.5, tolerance(0.5));  // the pair's share, all of it
  EXPECT_NEAR(found[2], 0.5, tolerance(0.5));
}

TEST(Picker, EqualTargetsWithUnequalSpeedShareByTheirSpeed) {
  // Each tick brings six requests; the first target ends four of its own a tick, the second two.
  const auto from = candidates({{1, 1}, {1, 1}});
  std::vector<Standing> standings{{true, 0}, {true, 0}};
  std::vector<int> served(2);
  std::mt19937_64 random(1);
  for (int tick = 0; tick < 1000; ++tick) {
    for (int i = 0; i < 6; ++i) {
      const std::size_t chosen = *pick(from, standings, random());
      ++standings[chosen].pending;
      ++served[chosen];
    }
    standings[0].pending -= std::min(standings[0].pending, 4U);
    standings[1].pending -= std::min(standings[1].pending, 2U);
  }
  EXPECT_NEAR(served[0], 4000, 40);
}

TEST(Picker, KeepsPrioritiesAndNeverPicksTheUnusable) {
  std::mt19937_64 random(20261124);
  int none = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::vector<std::pair<unsigned, unsigned>> specs(1 + random() % 6);
    for (auto& [priority, weight] : specs) {
      priority = static_cast<unsigned>(random() % 3);
      weight = static_cast<unsigned>(1 + random() % 4);
    }
    std::sort(specs.begin(), specs.end());
    const auto from = candidates(specs);
    std::vector<Standing> standings;
    unsigned best = 1000;
    for (const Candidate& candidate : from) {
      standings.push_back({random() % 2 == 0, static_cast<std::uint32_t>(random() % 3)});
      if (standings.back().usable) best = std::min(best, candidate.priority);
    }
    const auto chosen = pick(from, standings, random());
    ASSERT_EQ(chosen.has_value(), best < 1000);
    none += chosen ? 0 : 1;
    if (!chosen) continue;
    ASSERT_TRUE(standings[*chosen].usable);
    ASSERT_EQ(from[*chosen].priority, best);
  }
  EXPECT_GT(none, 500);
}

TEST(Picker, IsDeterministic) {
  const auto from = candidates({{1, 2}, {1, 3}});
  const std::vector<Standing> standings{{true, 0}, {true, 0}};
  EXPECT_EQ(pick(from, standings, 11), 0U);  // 11 % 5 falls into the first two
  EXPECT_EQ(pick(from, standings, 12), 1U);
}

}  // namespace
}  // namespace tollgate::routing
