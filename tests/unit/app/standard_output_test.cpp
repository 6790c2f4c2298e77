// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "standard_output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
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

/// What a terminal is sent of a text that is flushed behind `first` bytes and at its end.
std::string in_two_pieces(const std::string& text, std::size_t first) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  EXPECT_EQ(::grantpt(master) + ::unlockpt(master), 0);
  const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  StandardOutput output(terminal);
  std::ostream stream(&output);
  constexpr char kEnd = '#';  // each flush may come by itself
  stream << text.substr(0, first) << std::flush << text.substr(first) << kEnd << std::flush;
  std::string sent;
  for (char one = 0; ::read(master, &one, 1) == 1 && one != kEnd;) sent.push_back(one);
  ::close(terminal);
  ::close(master);
  return sent;
}

TEST(StandardOutput, ATerminalGetsNoCommands) {
  EXPECT_EQ(in_two_pieces("a\x1B[2J\u202E", 1), "a\uFFFD[2J\uFFFD");
}

TEST(StandardOutput, ATerminalGetsSequencesWholeWhereverABufferEnds) {
  EXPECT_EQ(in_two_pieces("\u20ACx", 1), "\u20ACx");
  EXPECT_EQ(in_two_pieces("\U0001F600y", 3), "\U0001F600y");
}

}  // namespace
}  // namespace tollgate::app
