// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tollgate::simulator {

/// Values by key, in order of the keys. Holds so many at most: the first put is the first
/// forgotten.
template <class T>
class Kept {
 public:
  explicit Kept(std::size_t most) : most_(most) {}

  T& put(const std::string& key, T value) {
    const auto [at, added] = values_.insert_or_assign(key, std::move(value));
    if (added) order_.push_back(key);
    while (values_.size() > most_) {
      values_.erase(order_.front());
      order_.pop_front();
    }
    // Keys that were erased stay in the order for a while.
    if (order_.size() > 2 * most_ + 16) tidy();
    return at->second;
  }

  T* find(const std::string& key) {
    const auto at = values_.find(key);
    return at == values_.end() ? nullptr : &at->second;
  }

  bool erase(const std::string& key) { return values_.erase(key) > 0; }

  /// Calls `visit(key, value)` for all keys that begin with the prefix.
  template <class Visit>
  void each(const std::string& prefix, Visit visit) {
    for (auto at = values_.lower_bound(prefix); at != values_.end(); ++at) {
      if (!std::string_view(at->first).starts_with(prefix)) break;
      visit(at->first, at->second);
    }
  }

 private:
  void tidy() {
    std::deque<std::string> there;
    for (std::string& key : order_) {
      if (values_.contains(key)) there.push_back(std::move(key));
    }
    order_ = std::move(there);
  }

  std::size_t most_;
  std::map<std::string, T> values_;
  std::deque<std::string> order_;
};

}  // namespace tollgate::simulator
