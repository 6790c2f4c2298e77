// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/content_memory.hpp"

namespace tollgate::capture {

bool ContentMemory::take(std::size_t bytes) {
  const std::size_t limit = limit_.load(std::memory_order_relaxed);
  std::size_t held = held_.load(std::memory_order_relaxed);
  do {
    if (bytes > limit || held > limit - bytes) return false;
  } while (!held_.compare_exchange_weak(held, held + bytes, std::memory_order_relaxed));
  return true;
}

ContentHold& ContentHold::operator=(ContentHold&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  memory_ = other.memory_;
  held_ = std::exchange(other.held_, 0);
  return *this;
}

bool ContentHold::grow_to(std::size_t bytes) {
  if (bytes <= held_) return true;
  if (!memory_->take(bytes - held_)) return false;
  held_ = bytes;
  return true;
}

void ContentHold::give_back() {
  if (held_ > 0) memory_->give_back(std::exchange(held_, 0));
}

}  // namespace tollgate::capture
