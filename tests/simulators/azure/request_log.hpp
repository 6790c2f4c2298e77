// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http_server.hpp"

namespace tollgate::simulator {

/// The last requests that resources received, as they came, and the ids of all that had one of
/// their client's. Thread-safe.
class RequestLog {
 public:
  static constexpr std::size_t kKept = 2000;
  static constexpr std::size_t kLongestBody = 64 * 1024;       ///< longer ones are left out
  static constexpr std::size_t kKeptBytes = 32 * 1024 * 1024;  ///< of heads and bodies

  void add(const std::string& resource, const Request& request, const std::string& request_id);
  void clear();
  /// A JSON array: resource, method, target, headers, body, body_size, request_id.
  std::string requests() const;
  /// A JSON array of [client_request_id, request_id]: every request since the start or clear() that
  /// came with an x-ms-client-request-id, answered or not.
  std::string arrivals() const;

 private:
  struct Seen {
    std::string resource;
    std::string request_id;
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::size_t body_size = 0;

    std::size_t cost() const;
  };

  mutable std::mutex mutex_;
  std::deque<Seen> requests_;
  std::vector<std::pair<std::string, std::string>> arrivals_;
  std::size_t bytes_ = 0;
};

}  // namespace tollgate::simulator
