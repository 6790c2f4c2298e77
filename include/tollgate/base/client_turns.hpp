// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tollgate {

/// Whose is next. Clients take turns, however much each has waiting; of one client's the first that
/// came is the first. Pure; guarded by its owner.
template <class T>
class ClientTurns {
 public:
  void add(const std::string& client, T item) { line_of(client).push_back(std::move(item)); }
  /// What has had a turn and is not done with: it stays the first of its client's.
  void put_back(const std::string& client, T item) { line_of(client).push_front(std::move(item)); }
  /// nullopt: none waits.
  std::optional<T> take() {
    // An empty line is one whose first was never put in: there was no memory for it.
    while (!lines_.empty()) {
      auto line = lines_.upper_bound(last_client_);
      if (line == lines_.end()) line = lines_.begin();
      last_client_ = line->first;
      std::deque<T>& waiting = line->second;
      std::optional<T> out;
      if (!waiting.empty()) {
        out.emplace(std::move(waiting.front()));
        waiting.pop_front();
      }
      if (waiting.empty()) lines_.erase(line);
      if (out) return out;
    }
    return std::nullopt;
  }
  /// Whoever waits for nothing any more gives up its place.
  void remove(const std::string& client, const T& item) {
    const auto line = lines_.find(client);
    if (line == lines_.end()) return;
    std::erase(line->second, item);
    if (line->second.empty()) lines_.erase(line);
  }
  bool empty() const { return lines_.empty(); }

 private:
  std::deque<T>& line_of(const std::string& client) { return lines_[client]; }

  std::map<std::string, std::deque<T>> lines_;
  std::string last_client_;  ///< who had a turn last
};

}  // namespace tollgate
