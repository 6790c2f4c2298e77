// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/id_words.hpp"

#include <gtest/gtest.h>

namespace tollgate::operations {
namespace {

TEST(IdWords, OfAnItemAreThoseThatABackendDraws) {
  EXPECT_TRUE(is_drawn_item("msg_68a1f0c2b7d88190a4e5"));
  EXPECT_TRUE(is_drawn_item("mcpl_68a1f0c2b7d88190a4e5"));
  for (const char* id :
       {"", "msg", "msg_", "msg_1", "msg_abcdefghijklmnopqrstuvwxyz", "msgs_68a1f0c2b7d88190a4e5",
        "resp_68a1f0c2b7d88190a4e5", "asst_68a1f0c2b7d88190a4e5", "_68a1f0c2b7d88190a4e5"})
    EXPECT_FALSE(is_drawn_item(id)) << id;
}

TEST(IdWords, OfAConversationAreThoseThatOneBeginsWith) {
  for (const char* id : {"resp_1", "thread_1", "conv_", "conv_a_b"})
    EXPECT_TRUE(names_conversation(id)) << id;
  for (const char* id : {"", "resp", "response_1", "msg_1", "xresp_1", "resp-1"})
    EXPECT_FALSE(names_conversation(id)) << id;
}

}  // namespace
}  // namespace tollgate::operations
