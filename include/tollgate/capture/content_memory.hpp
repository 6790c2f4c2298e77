// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace tollgate::capture {

/// The memory for content that is not stored yet, over all exchanges (`audit.memory`). Thread-safe.
class ContentMemory {
 public:
  void change_limit(std::size_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  /// False: there is no room, and nothing was taken.
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::size_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> limit_{0};
  std::atomic<std::size_t> held_{0};
};

/// One exchange's part of it; goes with the content from thread to thread.
class ContentHold {
 public:
  /// `memory` outlives it.
  explicit ContentHold(ContentMemory& memory) : memory_(&memory) {}
  ContentHold(ContentHold&& other) noexcept
      : memory_(other.memory_), held_(std::exchange(other.held_, 0)) {}
  ContentHold& operator=(ContentHold&& other) noexcept;
  ~ContentHold() { give_back(); }

  /// Holds this much, if it held less. False: there is no room, and it holds what it held.
  bool grow_to(std::size_t bytes);
  void give_back();
  std::size_t held() const { return held_; }

 private:
  ContentMemory* memory_;
  std::size_t held_ = 0;
};

}  // namespace tollgate::capture
