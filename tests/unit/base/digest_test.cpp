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

}  // namespace
}  // namespace tollgate
