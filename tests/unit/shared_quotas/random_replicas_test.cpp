// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "replica_world.hpp"

namespace tollgate::shared_quotas {
namespace {

constexpr std::uint64_t kSeeds = 60;
constexpr int kSteps = 1500;

void run_worlds(bool strict, const Troubles& troubles) {
  int admitted = 0;
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    StoreModel store;
    ReplicaWorld world(store, seed, 3, strict, troubles);
    world.run(kSteps);
    if (!testing::Test::HasFailure()) world.expect_ledgers_in_store();
    admitted += world.admitted();
    refused += world.refused();
  }
  EXPECT_GT(admitted, 0);
  EXPECT_GT(refused, 0);
}

TEST(RandomReplicas, WithoutTrouble) { run_worlds(true, {}); }
TEST(RandomReplicas, WithWhatIsHadAhead) { run_worlds(false, {}); }
TEST(RandomReplicas, WithLostAnswers) { run_worlds(true, {.lost_answers = 20}); }
TEST(RandomReplicas, WithLostConnections) {
  run_worlds(false, {.lost_connections = 5, .lost_answers = 5});
}
TEST(RandomReplicas, WithKills) { run_worlds(true, {.kills = 2}); }
TEST(RandomReplicas, WithFlushes) { run_worlds(false, {.flushes = 2}); }
TEST(RandomReplicas, WithAllAtOnce) {
  run_worlds(false, {.lost_connections = 4, .lost_answers = 8, .kills = 1, .flushes = 1});
}
TEST(RandomReplicas, WithUseBeyondWhatWasReserved) {
  run_worlds(true, {.lost_connections = 4, .kills = 1, .flushes = 1, .late_uses = 20});
}

}  // namespace
}  // namespace tollgate::shared_quotas
