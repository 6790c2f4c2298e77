// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/conversation_id.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tollgate/usage/request_scan.hpp"

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

// A search for the whole id found nothing of a request whose body had it.
TEST(KeptConversation, IsTheSameOfWhatABodySays) {
  for (const std::size_t size : {20U, 256U, 257U, 600U, 70'000U, 300'000U}) {
    const std::string id = "a\x01" + std::string(size - 2, 'c');
    const std::string written = "a\\u0001" + id.substr(2);
    for (const std::string& value : {"\"" + written + "\"", "{\"id\":\"" + written + "\"}"}) {
      const auto scan = scan_request("{\"conversation\":" + value + "}");
      ASSERT_TRUE(scan) << size;
      EXPECT_EQ(kept_conversation(scan->conversation_id), kept_conversation(id)) << size;
    }
  }
}

}  // namespace
}  // namespace tollgate::usage
