// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <utility>

#include "tollgate/base/uuid.hpp"

namespace tollgate::capture {

/// The exchanges that were handed over and are neither stored nor about to be. Thread-safe.
class Underway {
 public:
  /// One exchange is, for as long as this lives.
  class Token {
   public:
    Token(Underway& all, const Uuid& record) : all_(&all), record_(record) { all.enter(record); }
    Token(Token&& other) noexcept
        : all_(std::exchange(other.all_, nullptr)), record_(other.record_) {}
    Token& operator=(Token&&) = delete;
    ~Token() { end(); }
    void end() noexcept {
      if (all_ != nullptr) std::exchange(all_, nullptr)->leave(record_);
    }

   private:
    Underway* all_;
    Uuid record_;
  };

  bool contains(const Uuid& record) const;
  /// Calls it once, when there is none: now, or on the thread on which the last one ends.
  void when_empty(std::function<void()> then);
  void forget_waiting() { when_empty(nullptr); }

 private:
  void enter(const Uuid& record);
  void leave(const Uuid& record) noexcept;

  mutable std::mutex mutex_;
  std::multiset<Uuid> records_;  ///< request and answer may be two of one
  std::function<void()> then_;
};

}  // namespace tollgate::capture
