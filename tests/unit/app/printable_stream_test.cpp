// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "printable_stream.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace tollgate::app {
namespace {

TEST(PrintableStream, TakesCommandsOutWhileItLives) {
  std::ostringstream stream;
  {
    const PrintableStream printable(stream);
    stream << "warning: "
           << "\x1B]0;owned\x07" << 7 << '\x1B' << "\n";
  }
  stream << "\x1B";
  EXPECT_EQ(stream.str(), "warning: \uFFFD]0;owned\uFFFD7\uFFFD\n\x1B");
}

}  // namespace
}  // namespace tollgate::app
