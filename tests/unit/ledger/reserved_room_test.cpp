// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reserved_room.hpp"

#include <gtest/gtest.h>

#include "sample_record.hpp"

namespace tollgate::ledger {
namespace {

TEST(ReservedRoom, IsTheSumOfWhatIsOpen) {
  ReservedRoom room;
  room.keep(sample_id(1), 100);
  room.keep(sample_id(2), 100'000);
  EXPECT_EQ(room.bytes(), ReservedRoom::close_size(100) + ReservedRoom::close_size(100'000));
  EXPECT_EQ(room.largest(), ReservedRoom::close_size(100'000));
  room.release(sample_id(1));
  EXPECT_EQ(room.bytes(), ReservedRoom::close_size(100'000));
  room.release(sample_id(2));
  EXPECT_EQ(room.bytes(), 0U);
  EXPECT_EQ(room.largest(), 0U);
}

TEST(ReservedRoom, CountsAnAmendedIntentOnce) {
  ReservedRoom room;
  room.keep(sample_id(1), 5'000);
  room.keep(sample_id(1), 7'000);
  EXPECT_EQ(room.bytes(), ReservedRoom::close_size(7'000));
  room.keep(sample_id(1), 6'000);
  EXPECT_EQ(room.bytes(), ReservedRoom::close_size(6'000));
}

TEST(ReservedRoom, TakesNoNoteOfWhatItDoesNotKnow) {
  ReservedRoom room;
  room.keep(sample_id(1), 10);
  room.release(sample_id(2));
  EXPECT_EQ(room.bytes(), ReservedRoom::close_size(10));
}

}  // namespace
}  // namespace tollgate::ledger
