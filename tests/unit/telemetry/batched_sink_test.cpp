// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "batched_sink.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

namespace tollgate::telemetry::log {
namespace {

/// So long that a line which need not wait shows that it did not, and one which must shows that it
/// did.
constexpr BatchSettings kUnending{.interval = std::chrono::hours(1)};

void log(BatchedSink& sink, spdlog::level::level_enum level, std::string_view line) {
  sink.log({"test", level, line});
}

/// A descriptor whose every write is one packet, and what came out of it.
class Output {
 public:
  Output() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends_.data()), 0);
    const timeval patience{30, 0};
    ::setsockopt(ends_[1], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() {
    for (const int end : ends_) ::close(end);
  }

  int descriptor() const { return ends_[0]; }

  std::string write(int flags = 0) {
    std::array<char, 65536> bytes;
    const ssize_t size = ::recv(ends_[1], bytes.data(), bytes.size(), flags);
    return size < 0 ? "nothing" : std::string(bytes.data(), static_cast<std::size_t>(size));
  }

  bool empty() { return write(MSG_DONTWAIT) == "nothing"; }

 private:
  std::array<int, 2> ends_{};
};

TEST(BatchedSink, WritesTogetherWhatCameTogether) {
  Output out;
  {
    BatchedSink sink(out.descriptor(), kUnending);
    for (const char* line : {"a", "b", "c"}) log(sink, spdlog::level::info, line);
    EXPECT_TRUE(out.empty());
  }
  EXPECT_EQ(out.write(), "a\nb\nc\n");
  EXPECT_TRUE(out.empty());
}

TEST(BatchedSink, AWarningDoesNotWaitAndKeepsItsPlace) {
  Output out;
  BatchedSink sink(out.descriptor(), kUnending);
  log(sink, spdlog::level::info, "before");
  log(sink, spdlog::level::warn, "warning");
  std::string written = out.write();
  if (written == "before\n") written += out.write();
  EXPECT_EQ(written, "before\nwarning\n");
  log(sink, spdlog::level::info, "after");
  sink.flush();
  EXPECT_EQ(out.write(), "after\n");
}

TEST(BatchedSink, ALineIsWrittenWhenItsTimeHasCome) {
  Output out;
  BatchedSink sink(out.descriptor(), {.interval = milliseconds(1)});
  log(sink, spdlog::level::info, "first");
  EXPECT_EQ(out.write(), "first\n");
  log(sink, spdlog::level::info, "second");
  EXPECT_EQ(out.write(), "second\n");
}

TEST(BatchedSink, SaysHowManyLinesItHadNoRoomFor) {
  Output out;
  {
    BatchedSink sink(out.descriptor(), {.interval = std::chrono::hours(1), .limit = 20});
    log(sink, spdlog::level::info, "0123456789");
    for (int i = 0; i < 3; ++i) log(sink, spdlog::level::info, "0123456789");
    log(sink, spdlog::level::info, "short");
  }
  std::istringstream lines(out.write());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "0123456789");
  std::getline(lines, line);
  EXPECT_EQ(line, "short");
  std::getline(lines, line);
  const nlohmann::json dropped = nlohmann::json::parse(line);
  EXPECT_EQ(dropped.at("event"), "log.dropped");
  EXPECT_EQ(dropped.at("level"), "warn");
  EXPECT_EQ(dropped.at("lines"), 3);
  EXPECT_FALSE(std::getline(lines, line));
}

/// Reads to the end of a pipe, a little at a time.
std::string drained(int descriptor) {
  std::string out;
  std::array<char, 1000> bytes;
  for (;;) {
    const ssize_t size = ::read(descriptor, bytes.data(), bytes.size());
    if (size <= 0) return out;
    out.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

TEST(BatchedSink, ManyThreadsLoseNoLineToAPipeThatIsFullAndDoesNotBlock) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
  constexpr int threads = 4;
  constexpr int lines = 1000;
  std::string out;
  std::thread reader([&] { out = drained(ends[0]); });
  {
    BatchedSink sink(ends[1], {.interval = milliseconds(0)});
    std::vector<std::thread> writers;
    for (int thread = 0; thread < threads; ++thread) {
      writers.emplace_back([&sink, thread] {
        for (int i = 0; i < lines; ++i) {
          log(sink, spdlog::level::info,
              std::to_string(thread) + " " + std::to_string(i) + std::string(100, ' '));
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  std::array<int, threads> next{};
  std::istringstream in(out);
  int thread = 0;
  for (int number = 0; in >> thread >> number;) {
    ASSERT_EQ(number, next.at(static_cast<std::size_t>(thread))++);
  }
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), threads * lines);
  for (const int count : next) EXPECT_EQ(count, lines);
}

TEST(BatchedSink, EndsWhereNothingCanBeWritten) {
  const int nowhere = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  {
    BatchedSink sink(nowhere, {.interval = milliseconds(0)});
    for (int i = 0; i < 100; ++i) log(sink, spdlog::level::err, "lost");
  }
  ::close(nowhere);
}

// A supervisor that does not read its child's standard error: the process ends all the same.
TEST(BatchedSink, AReaderThatHasStoppedDoesNotKeepTheEnd) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const auto begun = std::chrono::steady_clock::now();
  {
    BatchedSink sink(pipe[1], {.last_patience = milliseconds(1)});
    const std::string line(1000, 'x');
    for (int i = 0; i < 200; ++i) log(sink, spdlog::level::info, line);  // a pipe holds 64 KiB
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  for (const int end : pipe) ::close(end);
}

}  // namespace
}  // namespace tollgate::telemetry::log
