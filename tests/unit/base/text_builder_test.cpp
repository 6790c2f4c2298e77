// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/text_builder.hpp"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace tollgate {
namespace {

TEST(TextBuilder, PutsPiecesOneBehindTheOther) {
  TextBuilder builder(64);
  builder.add("HTTP/1.1 ").add_number(200).add(' ').add(std::string_view()).add("OK");
  EXPECT_EQ(builder.text(), "HTTP/1.1 200 OK");
  EXPECT_EQ(builder.take(), "HTTP/1.1 200 OK");
}

TEST(TextBuilder, FindsRoomForWhatIsLongerThanUsual) {
  for (const std::size_t usual : {0, 1, 7, 4096}) {
    TextBuilder builder(usual);
    std::string expected;
    for (int i = 0; i < 500; ++i) {
      builder.add("piece ").add_number(i).add(',');
      expected.append("piece ").append(std::to_string(i)).append(",");
    }
    EXPECT_EQ(builder.take(), expected) << usual;
  }
}

TEST(TextBuilder, BeginsAnewWhenItIsCleared) {
  TextBuilder builder(4);
  builder.add("a long text");
  builder.clear();
  EXPECT_EQ(builder.text(), "");
  EXPECT_EQ(builder.add("short").text(), "short");
}

TEST(TextBuilder, WritesEveryNumber) {
  TextBuilder builder(0);
  builder.add_number(std::numeric_limits<std::int64_t>::min()).add(' ');
  builder.add_number(std::numeric_limits<std::uint64_t>::max()).add(' ').add_number(0);
  EXPECT_EQ(builder.take(), "-9223372036854775808 18446744073709551615 0");
}

TEST(TextBuilder, OnlyWhatWasAddedOfARoomIsText) {
  TextBuilder builder(0);
  builder.add("a");
  char* const room = builder.room(10);
  room[0] = 'b';
  room[1] = 'c';
  EXPECT_EQ(builder.text(), "a");
  builder.added(1);
  builder.add('d');
  EXPECT_EQ(builder.take(), "abd");
}

}  // namespace
}  // namespace tollgate
