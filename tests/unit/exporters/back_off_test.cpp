// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "back_off.hpp"

#include <gtest/gtest.h>

namespace tollgate::exporters {
namespace {

TEST(BackOff, WaitsLongerEachTimeWithJitter) {
  for (const std::uint32_t random : {0U, 500U, 999U, 0xFFFFFFFFU}) {
    BackOff back_off;
    milliseconds full = BackOff::kFirst;
    for (int i = 0; i < 40; ++i) {
      const milliseconds delay = back_off.next(random);
      EXPECT_GE(delay, full / 2);
      EXPECT_LE(delay, full);
      full = std::min(full * 2, BackOff::kLongest);
    }
  }
  EXPECT_LT(BackOff().next(0), BackOff().next(999));
}

TEST(BackOff, StartsOverWhenToldSo) {
  BackOff back_off;
  for (int i = 0; i < 10; ++i) (void)back_off.next(0);
  back_off.reset();
  EXPECT_EQ(back_off.next(0), BackOff::kFirst / 2);
}

}  // namespace
}  // namespace tollgate::exporters
