// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "batched_sink.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "tollgate/base/time.hpp"

namespace tollgate::telemetry::log {
namespace {

/// One who left standard error non-blocking, as a shell or a runtime may, still gets every line.
bool can_go_on(int descriptor) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN) return false;
  pollfd ready{descriptor, POLLOUT, 0};
  ::poll(&ready, 1, -1);
  return true;
}

std::string dropped_line(std::uint64_t lines) {
  return "{\"time\":\"" + to_rfc3339(std::chrono::system_clock::now()) +
         "\",\"level\":\"warning\",\"event\":\"log.dropped\",\"lines\":" + std::to_string(lines) +
         "}\n";
}

}  // namespace

BatchedSink::BatchedSink(int descriptor, BatchSettings settings)
    : descriptor_(descriptor), settings_(settings), thread_([this] { run(); }) {}

BatchedSink::~BatchedSink() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
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

void BatchedSink::write_out() {
  std::string_view rest = writing_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && !can_go_on(descriptor_)) break;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  writing_.clear();
}

}  // namespace tollgate::telemetry::log
