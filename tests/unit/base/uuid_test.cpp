// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/uuid.hpp"

#include <gtest/gtest.h>

#include <future>
#include <set>
#include <string>

namespace tollgate {
namespace {

TEST(UuidV7, CarriesTimeVersionAndVariant) {
  const auto make = [] { return make_uuid_v7(from_unix_micros(4'000'000'000'000'000)); };
  // On a thread of its own: one thread's identifiers never fall behind those that it made before.
  const std::string text = std::async(std::launch::async, make).get().to_string();
  EXPECT_EQ(text.substr(0, 13), "03a35294-4000");
  EXPECT_EQ(text[14], '7');
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
}

TEST(UuidV7, RisesWithinAThreadEvenWhenTheClockDoesNot) {
  const UtcTime now = from_unix_micros(5'000'000'000'000'000);
  Uuid last = make_uuid_v7(now);
  for (int i = 0; i < 20'000; ++i) {
    const Uuid next = make_uuid_v7(now - std::chrono::milliseconds(i % 3));
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(Uuid, ParsesItsOwnForm) {
  const Uuid id = make_uuid_v4();
  EXPECT_EQ(Uuid::parse(id.to_string()), id);
  EXPECT_FALSE(Uuid::parse(id.to_string().substr(1)));
  EXPECT_FALSE(Uuid::parse("zzzzzzzz-0000-4000-8000-000000000000"));
}

TEST(UuidV4, DoesNotRepeat) {
  std::set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(make_uuid_v4()).second);
}

}  // namespace
}  // namespace tollgate
