// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <spdlog/sinks/sink.h>

#include "tollgate/base/time.hpp"

namespace tollgate::telemetry::log {

struct BatchSettings {
  /// How long a line may wait for others: what a killed process can lose.
  milliseconds interval{20};
  /// Bytes that may wait while the output takes none; more lines are dropped, and their number is
  /// written after those that waited. Whoever logs never waits for whoever reads.
  std::size_t limit = 4U << 20U;
  /// How long the end of the sink waits for an output that takes nothing.
  milliseconds last_patience{500};
};

/// Writes payloads, each a whole line, to a descriptor from a thread of its own, as many in one
/// write as came together. Warnings and errors are written at once. The end of the sink writes what
/// waits, but does not wait for a reader that has stopped to read.
class BatchedSink final : public spdlog::sinks::sink {
 public:
  /// `descriptor` outlives the sink and stays the caller's. Throws std::system_error where no
  /// thread can be had.
  explicit BatchedSink(int descriptor, BatchSettings settings = {});
  ~BatchedSink() override;

  void log(const spdlog::details::log_msg& message) override;
  void flush() override;
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  void run();
  bool await_room();
  bool gives_up();
  /// Gives up after an error: there is nowhere to tell it.
  void write_out();

  const int descriptor_;
  const BatchSettings settings_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string waiting_;
  std::uint64_t dropped_ = 0;
  bool urgent_ = false;
  bool ended_ = false;
  SteadyTime give_up_at_{};  ///< once it has ended
  /// The thread's own: what it writes. Its room is used again.
  std::string writing_;
  std::thread thread_;  // last: it uses the members above
};

}  // namespace tollgate::telemetry::log
