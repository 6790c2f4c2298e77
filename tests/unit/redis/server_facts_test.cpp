// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "server_facts.hpp"

#include <gtest/gtest.h>

#include "slot_table.hpp"

namespace tollgate::redis {
namespace {

Reply text(const char* value) { return Reply::of(std::string(value)); }
Reply array(std::vector<Reply> items) { return Reply::of(std::move(items)); }
Reply range(std::int64_t first, std::int64_t last, Reply host, std::int64_t port) {
  return array({Reply::of(first), Reply::of(last),
                array({std::move(host), Reply::of(port), text("id"), array({})}),
                array({text("10.0.0.9"), Reply::of(1), text("replica"), array({})})});
}

const Address kAsked{"10.0.0.1", 7000};

TEST(ServerFacts, AreLinesOfInfo) {
  const ServerFacts facts = read_info(
      "# Memory\r\nused_memory:1\r\nmaxmemory_policy:allkeys-lru\r\n# Persistence\r\nloading:1\r\n"
      "async_loading:0\r\n# Replication\r\nrole:slave\r\nslave_role:x\r\n");
  EXPECT_TRUE(facts.loading);
  EXPECT_TRUE(facts.replica);
  EXPECT_EQ(facts.eviction, "allkeys-lru");
}

TEST(ServerFacts, WhatIsNotSaidIsAsItShouldBe) {
  for (const char* info : {"", "role:master", "async_loading:1\r\n", "loading:", "loading"}) {
    const ServerFacts facts = read_info(info);
    EXPECT_FALSE(facts.loading || facts.replica) << info;
    EXPECT_EQ(facts.eviction, "") << info;
  }
}

TEST(ServerFacts, SlotsArePrimariesRanges) {
  const auto slots =
      read_slots(array({range(0, 99, text("10.0.0.2"), 7001), range(100, 100, Reply::nil(), 7000),
                        range(101, 16383, text(""), 7002)}),
                 kAsked);
  ASSERT_TRUE(slots);
  EXPECT_EQ(*slots, (std::vector<SlotRange>{{0, 99, {"10.0.0.2", 7001}},
                                            {100, 100, {"10.0.0.1", 7000}},
                                            {101, 16383, {"10.0.0.1", 7002}}}));
}

TEST(ServerFacts, AnythingElseIsNoAnswerAboutSlots) {
  EXPECT_FALSE(read_slots(Reply::error("ERR This instance has cluster support disabled"), kAsked));
  EXPECT_FALSE(read_slots(array({Reply::of(1)}), kAsked));
  EXPECT_FALSE(read_slots(array({range(-1, 2, text("a"), 1)}), kAsked));
  EXPECT_FALSE(read_slots(array({range(0, 16384, text("a"), 1)}), kAsked));
  EXPECT_FALSE(read_slots(array({range(0, 1, text("a"), 0)}), kAsked));
  EXPECT_FALSE(read_slots(array({range(0, 1, Reply::of(1), 1)}), kAsked));
}

TEST(SlotTable, KnowsWhoHasWhat) {
  SlotTable table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.owner(0), nullptr);
  const Address a{"a", 1};
  const Address b{"b", 2};
  EXPECT_TRUE(table.learn({{0, 99, a}, {100, 16382, b}}));
  EXPECT_FALSE(table.learn({{0, 99, a}}));
  EXPECT_EQ(*table.owner(99), a);
  EXPECT_EQ(*table.owner(100), b);
  EXPECT_EQ(table.owner(16383), nullptr);
  EXPECT_EQ(table.owners(), (std::set<Address>{a, b}));
  EXPECT_TRUE(table.move(100, a));
  EXPECT_FALSE(table.move(100, a));
  EXPECT_EQ(*table.owner(100), a);
  EXPECT_TRUE(table.learn({{0, 16383, a}}));
  EXPECT_EQ(table.owners(), std::set<Address>{a});
}

}  // namespace
}  // namespace tollgate::redis
