// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "standard_output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>
#include <string>
#include <thread>

namespace tollgate::app {
namespace {

// A pipe that its reader had made non-blocking ended the output at its first 64 KiB.
TEST(StandardOutput, WaitsForTheReaderOfANonBlockingPipe) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_NONBLOCK | O_CLOEXEC), 0);
  ::fcntl(pipe[0], F_SETFL, 0);
  std::string expected;
  for (int i = 0; i < 40'000; ++i) expected += "line " + std::to_string(i) + "\n";
  std::string read;
  std::thread reader([&] {
    std::array<char, 1000> piece{};
    for (ssize_t count = 1; count > 0;) {
      count = ::read(pipe[0], piece.data(), piece.size());
      if (count > 0) read.append(piece.data(), static_cast<std::size_t>(count));
    }
  });
  StandardOutput output(pipe[1]);
  std::ostream stream(&output);
  for (int i = 0; i < 40'000; ++i) stream << "line " << i << "\n";
  stream.flush();
  ::close(pipe[1]);
  reader.join();
  EXPECT_TRUE(stream.good());
  EXPECT_EQ(output.failed(), 0);
  EXPECT_EQ(read, expected);
  ::close(pipe[0]);
}

TEST(StandardOutput, KeepsWhatFailed) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  StandardOutput output(full);
  std::ostream stream(&output);
  stream << "x" << std::flush;
  EXPECT_FALSE(stream.good());
  EXPECT_EQ(output.failed(), ENOSPC);
  ::close(full);
}

}  // namespace
}  // namespace tollgate::app
