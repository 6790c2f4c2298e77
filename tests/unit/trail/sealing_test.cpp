// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sealing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::trail {
namespace {

const Secret kSealingKey(std::string(kKeyBytes, 'k'));

TEST(Sealer, SealsManyTextsUnderOneKeyAsOneEachWould) {
  Sealer sealer(kSealingKey);
  for (const std::string text : {"one", "", "one", "another that is longer than a block"}) {
    for (const char first : {'a', 'b'}) {
      const std::string nonce = first + std::string(kNonceBytes - 1, 'n');
      const auto sealed = sealer.seal(nonce, "row", text);
      ASSERT_TRUE(sealed);
      EXPECT_EQ(*sealed, *Sealer(kSealingKey).seal(nonce, "row", text));
      EXPECT_EQ(open_sealed(kSealingKey, "row", *sealed), text);
      EXPECT_EQ(open_sealed(kSealingKey, "other", *sealed), std::nullopt);
    }
  }
}

TEST(Sealer, AKeyOrNonceOfAnotherSizeSealsNothing) {
  EXPECT_FALSE(Sealer(Secret("short")).seal(std::string(kNonceBytes, 'n'), "", "x"));
  EXPECT_FALSE(Sealer(kSealingKey).seal("short", "", "x"));
  EXPECT_FALSE(seal(Secret(""), "", "x"));
}

}  // namespace
}  // namespace tollgate::trail
