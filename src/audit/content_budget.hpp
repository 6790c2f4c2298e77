// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

namespace tollgate::audit {

/// How much of a content may be kept. What is asked for and not given is lost, and that is known.
class ContentBudget {
 public:
  explicit ContentBudget(std::size_t bytes) : left_(bytes) {}

  /// False: there is not so much left.
  bool take(std::size_t bytes) {
    if (bytes > left_) exhausted_ = true;
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  /// The same for what is small and tells most, such as why an answer ended: that is kept even if
  /// texts have used up everything.
  bool take_small(std::size_t bytes) {
    if (bytes > kSmall || bytes > reserve_) return take(bytes);
    reserve_ -= bytes;
    return true;
  }
  void give_back(std::size_t bytes) { left_ += bytes; }
  std::size_t left() const { return left_; }
  /// Something was refused.
  bool exhausted() const { return exhausted_; }
  void note_loss() { exhausted_ = true; }

 private:
  static constexpr std::size_t kSmall = 1024;

  std::size_t left_;
  std::size_t reserve_ = 64 * 1024;
  bool exhausted_ = false;
};

}  // namespace tollgate::audit
