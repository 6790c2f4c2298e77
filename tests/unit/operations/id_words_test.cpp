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

TEST(IdWords, TellWhatHasAnId) {
  EXPECT_EQ(id_kind("resp_1"), IdKind::response);
  EXPECT_EQ(id_kind("batch_5f2d1c7e-0c3b"), IdKind::batch);
  EXPECT_EQ(id_kind("file-1"), IdKind::file);
  EXPECT_EQ(id_kind("assistant-1"), IdKind::file);
  EXPECT_EQ(id_kind("asst_1"), IdKind::assistant);
  EXPECT_EQ(id_kind("conv_1"), IdKind::object);
  EXPECT_EQ(id_kind("run_1"), IdKind::part);
  EXPECT_EQ(id_kind("msg_68a1f0c2b7d88190a4e5"), IdKind::part);
  for (const char* id : {"", "resp", "resp_", "_1", "msg_1", "call_68a1f0c2b7d88190a4e5",
                         "chatcmpl-68a1f0c2b7d88190a4e5", "gpt-4o", "resps_1", "Resp_1"})
    EXPECT_EQ(id_kind(id), IdKind::none) << id;
}

TEST(IdWords, EndWithWhatDividesThemFromTheRest) {
  EXPECT_EQ(word_size("resp_1"), 5U);
  EXPECT_EQ(word_size("file-a_b"), 5U);
  EXPECT_EQ(word_size("_1"), 1U);
  for (const char* id : {"", "resp", "resp_", "-"}) EXPECT_EQ(word_size(id), 0U) << id;
}

}  // namespace
}  // namespace tollgate::operations
