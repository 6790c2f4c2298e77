// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/digest.hpp"

#include <gtest/gtest.h>

#include "tollgate/base/hex.hpp"

namespace tollgate {
namespace {

std::string_view view(const Sha256& sum) {
  return {reinterpret_cast<const char*>(sum.data()), sum.size()};
}

TEST(Sha256, MatchesThePublishedVector) {
  EXPECT_EQ(to_hex(view(sha256("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HmacSha256, MatchesThePublishedVector) {  // RFC 4231, test case 2
  EXPECT_EQ(to_hex(view(hmac_sha256("Jefe", "what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace tollgate
