// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redis/call.hpp"

#include <gtest/gtest.h>

#include <string>

#include "command_writer.hpp"

namespace tollgate::redis {
namespace {

std::string written(const Call& call, bool whole = false) {
  std::string out;
  write_call(out, call, whole);
  EXPECT_LE(out.size(), written_size(call, whole));
  return out;
}

// The first as the Redis Cluster specification has it, the others as redis-server 7.0.15 answers
// CLUSTER KEYSLOT.
TEST(Slots, AreThoseOfServers) {
  EXPECT_EQ(slot_of("123456789"), 0x31C3U);
  EXPECT_EQ(slot_of("foo"), 12182U);
  EXPECT_EQ(slot_of(""), 0U);
}

TEST(Slots, GoByTheHashTagAlone) {
  EXPECT_EQ(slot_of("{user1000}.following"), slot_of("{user1000}.followers"));
  EXPECT_EQ(slot_of("{user1000}.following"), slot_of("user1000"));
  EXPECT_EQ(slot_of("foo{{bar}}zap"), slot_of("{bar"));
  EXPECT_EQ(slot_of("foo{bar}{zap}"), slot_of("bar"));
  EXPECT_NE(slot_of("foo{}{bar}"), slot_of("bar"));
  EXPECT_NE(slot_of("foo{bar"), slot_of("bar"));
}

TEST(Calls, AScriptLeavesByItsHashOrWhole) {
  const Script script("return 1");
  EXPECT_EQ(script.sha1(), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
  const Call call = Call::eval(script, {"{a}k"}, {"7"});
  EXPECT_EQ(call.key(), "{a}k");
  EXPECT_EQ(written(call),
            "*5\r\n$7\r\nEVALSHA\r\n$40\r\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n"
            "$1\r\n1\r\n$4\r\n{a}k\r\n$1\r\n7\r\n");
  EXPECT_EQ(written(call, true),
            "*5\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$4\r\n{a}k\r\n$1\r\n7\r\n");
}

TEST(Calls, ACommandsSecondWordIsItsKey) {
  const Call call = Call::command({"GET", "a\r\nb"});
  EXPECT_EQ(call.key(), "a\r\nb");
  EXPECT_EQ(written(call), "*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\n");
  EXPECT_EQ(Call::command({"PING"}).key(), "");
}

}  // namespace
}  // namespace tollgate::redis
