// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "batched_sink.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string_view>
#include <utility>

#include "tollgate/base/time.hpp"

namespace tollgate::telemetry::log {
namespace {

/// How often a writer that has to wait looks whether the sink has ended.
constexpr int kLookMs = 50;
/// What a pipe takes without blocking once it has any room (POSIX: PIPE_BUF at least); a file takes
/// anything.
constexpr std::size_t kPiece = PIPE_BUF;

bool is_file(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

std::string dropped_line(std::uint64_t lines) {
  return "{\"time\":\"" + to_rfc3339(std::chrono::system_clock::now()) +
         "\",\"level\":\"warn\",\"event\":\"log.dropped\",\"lines\":" + std::to_string(lines) +
         "}\n";
}

}  // namespace

BatchedSink::BatchedSink(int descriptor, BatchSettings settings)
    : descriptor_(descriptor), settings_(settings), thread_([this] { run(); }) {}

BatchedSink::~BatchedSink() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    give_up_at_ = std::chrono::steady_clock::now() + settings_.last_patience;
  }
  wake_.notify_one();
  thread_.join();
}

void BatchedSink::log(const spdlog::details::log_msg& message) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + message.payload.size() >= settings_.limit) {
      ++dropped_;
      return;
    }
    const bool urgent = message.level >= spdlog::level::warn;
    wake = waiting_.empty() || (urgent && !urgent_);
    urgent_ = urgent_ || urgent;
    waiting_.append(message.payload.data(), message.payload.size()).push_back('\n');
  }
  if (wake) wake_.notify_one();
}

void BatchedSink::flush() {
  {
    const std::lock_guard lock(mutex_);
    urgent_ = true;
  }
  wake_.notify_one();
}

void BatchedSink::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return !waiting_.empty() || ended_; });
    wake_.wait_for(lock, settings_.interval, [this] { return urgent_ || ended_; });
    if (waiting_.empty()) return;  // it has ended
    std::swap(waiting_, writing_);
    urgent_ = false;
    const std::uint64_t dropped = std::exchange(dropped_, 0);
    lock.unlock();
    if (dropped > 0) writing_.append(dropped_line(dropped));
    write_out();
    lock.lock();
  }
}

bool BatchedSink::gives_up() {
  const std::lock_guard lock(mutex_);
  return ended_ && std::chrono::steady_clock::now() >= give_up_at_;
}

/// One who left standard error non-blocking, as a shell or a runtime may, still gets every line;
/// one who does not read does not keep the process.
bool BatchedSink::await_room() {
  pollfd ready{descriptor_, POLLOUT, 0};
  for (;;) {
    const int count = ::poll(&ready, 1, kLookMs);
    if (count > 0) return true;
    if ((count < 0 && errno != EINTR) || gives_up()) return false;
  }
}

void BatchedSink::write_out() {
  std::string_view rest = writing_;
  const std::size_t piece = is_file(descriptor_) ? rest.size() : kPiece;
  while (!rest.empty() && await_room()) {
    const ssize_t written = ::write(descriptor_, rest.data(), std::min(piece, rest.size()));
    if (written < 0 && errno != EINTR && errno != EAGAIN) break;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  writing_.clear();
}

}  // namespace tollgate::telemetry::log
