// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/conversation_id.hpp"

#include <gtest/gtest.h>

namespace tollgate::usage {
namespace {

TEST(KeptConversation, OfThoseThatFitIsTheIdItself) {
  const std::string longest(kLongestConversation, 'c');
  EXPECT_EQ(kept_conversation(longest), longest);
  EXPECT_EQ(kept_conversation("a\x01"
                              "b"),
            "a b");
}

// They were one: each one's content was found by the other's id.
TEST(KeptConversation, OfTwoThatBeginAlikeAreTwo) {
  const std::string same(kLongestConversation, 'c');
  const std::string one = kept_conversation(same + "1");
  EXPECT_NE(one, kept_conversation(same + "2"));
  EXPECT_EQ(one, kept_conversation(same + "1"));
  EXPECT_EQ(one.size(), kLongestConversation);
  EXPECT_EQ(one.substr(0, 240), std::string(239, 'c') + "~");
}

}  // namespace
}  // namespace tollgate::usage
