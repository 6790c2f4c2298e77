// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/client_turns.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate {
namespace {

std::string all_of(ClientTurns<char>& turns) {
  std::string out;
  while (const auto next = turns.take()) out.push_back(*next);
  return out;
}

TEST(ClientTurns, ClientsTakeTurnsHoweverMuchEachHasWaiting) {
  ClientTurns<char> turns;
  for (const char item : {'1', '2', '3', '4'}) turns.add("flood", item);
  turns.add("neighbour", 'n');
  turns.add("other", 'o');
  EXPECT_EQ(all_of(turns), "1no234");
  EXPECT_TRUE(turns.empty());
}

TEST(ClientTurns, WhoeverComesHasTheNextTurn) {
  ClientTurns<char> turns;
  for (const char item : {'1', '2', '3'}) turns.add("flood", item);
  EXPECT_EQ(turns.take(), '1');
  turns.add("neighbour", 'n');
  EXPECT_EQ(all_of(turns), "n23");
}

TEST(ClientTurns, WhatIsPutBackIsStillItsClientsFirst) {
  ClientTurns<char> turns;
  turns.add("a", '1');
  turns.add("a", '2');
  turns.add("b", 'n');
  EXPECT_EQ(turns.take(), '1');
  turns.put_back("a", '1');
  EXPECT_EQ(all_of(turns), "n12");
}

TEST(ClientTurns, WhoIsRemovedHasNoTurn) {
  ClientTurns<char> turns;
  turns.add("a", '1');
  turns.add("a", '2');
  turns.remove("a", '1');
  turns.remove("a", '9');
  turns.remove("nobody", '1');
  EXPECT_EQ(all_of(turns), "2");
  turns.add("a", '3');
  turns.remove("a", '3');
  EXPECT_TRUE(turns.empty());
}

}  // namespace
}  // namespace tollgate
