// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "error_reply.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace tollgate::redis {
namespace {

using Then = ErrorReply::Then;

TEST(ErrorReplies, EachHasItsKindAndWhatFollows) {
  const std::tuple<const char*, FailureKind, Then> cases[] = {
      {"NOSCRIPT No matching script. Please use EVAL.", FailureKind::refused, Then::whole},
      {"LOADING Redis is loading the dataset in memory", FailureKind::loading, Then::reconnect},
      {"MASTERDOWN Link with MASTER is down", FailureKind::loading, Then::reconnect},
      {"READONLY You can't write against a read only replica.", FailureKind::read_only,
       Then::reconnect},
      {"OOM command not allowed when used memory > 'maxmemory'.", FailureKind::out_of_memory,
       Then::tell},
      {"ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed",
       FailureKind::out_of_memory, Then::tell},
      {"CLUSTERDOWN The cluster is down", FailureKind::cluster_down, Then::refresh},
      {"TRYAGAIN Multiple keys request during rehashing of slot", FailureKind::try_again,
       Then::again},
      {"NOAUTH Authentication required.", FailureKind::unauthenticated, Then::reconnect},
      {"WRONGPASS invalid username-password pair", FailureKind::unauthenticated, Then::reconnect},
      {"NOPERM this user has no permissions", FailureKind::unauthenticated, Then::tell},
      {"BUSY Redis is busy running a script.", FailureKind::busy, Then::tell},
      {"CROSSSLOT Keys in request don't hash to the same slot", FailureKind::refused, Then::tell},
      {"ERR anything", FailureKind::refused, Then::tell},
      {"", FailureKind::refused, Then::tell},
  };
  for (const auto& [message, kind, then] : cases) {
    EXPECT_EQ(read_error(message).kind, kind) << message;
    EXPECT_EQ(read_error(message).then, then) << message;
  }
}

TEST(ErrorReplies, OneThatMayComeBetweenTwoWritesLeavesOpenWhatWasDone) {
  EXPECT_FALSE(read_error("ERR user_script:2: attempt to index a nil value").undone);
  EXPECT_TRUE(read_error("NOSCRIPT No matching script.").undone);
  EXPECT_TRUE(read_error("OOM command not allowed").undone);
}

TEST(ErrorReplies, RedirectionsSayWhere) {
  const ErrorReply moved = read_error("MOVED 3999 127.0.0.1:6381");
  EXPECT_EQ(moved.then, Then::move);
  EXPECT_EQ(moved.slot, 3999U);
  EXPECT_EQ(moved.to, (Address{"127.0.0.1", 6381}));
  EXPECT_EQ(read_error("ASK 1 ::1:7000").then, Then::ask);
  EXPECT_EQ(read_error("ASK 1 ::1:7000").to, (Address{"::1", 7000}));
  EXPECT_EQ(read_error("MOVED 1 :7000").to, (Address{"", 7000}));
  EXPECT_EQ(read_error("MOVED 1 node-1.example:7000").to, (Address{"node-1.example", 7000}));
}

TEST(ErrorReplies, BrokenRedirectionsLeadNowhere) {
  for (const char* message : {"MOVED", "MOVED 1", "MOVED x a:1", "MOVED 16384 a:1", "MOVED 1 a",
                              "MOVED 1 a:0", "MOVED 1 a:65536", "MOVED 1 a:", "ASK -1 a:1"}) {
    EXPECT_EQ(read_error(message).kind, FailureKind::protocol) << message;
    EXPECT_EQ(read_error(message).then, Then::tell) << message;
  }
}

TEST(ErrorReplies, WhatIsToldRepeatsNothingOfTheCall) {
  EXPECT_EQ(tellable("ERR unknown command 'AUTH', with args beginning with: 'secret' "),
            "ERR unknown command 'AUTH'");
  EXPECT_EQ(tellable(std::string(500, 'a')).size(), 200U);
}

}  // namespace
}  // namespace tollgate::redis
