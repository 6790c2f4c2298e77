// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tollgate::simulator {

/// One operation as the provider would charge it: the ground truth.
struct BillEntry {
  std::string request_id;             ///< apim-request-id
  std::string resource;
  std::string deployment;
  std::string model;                  ///< served
  std::string operation;
  bool stream = false;
  int status = 200;
  bool charged = true;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  bool completed = false;             ///< the whole answer was written to the socket
};

/// Entries are booked before the answer is sent, so a client or gateway that leaves is billed all the same,
/// for the whole generation. Thread-safe.
class Bill {
 public:
  /// Returns the entry's place, for completed().
  std::size_t book(BillEntry entry);
  void completed(std::size_t place);
  void clear();

  nlohmann::json entries() const;
  /// Sums by resource, deployment and model.
  nlohmann::json summary() const;

 private:
  mutable std::mutex mutex_;
  std::deque<BillEntry> entries_;
};

/// The last requests that resources received, as they came. Thread-safe.
class RequestLog {
 public:
  static constexpr std::size_t kKept = 2000;
  void add(nlohmann::json request);
  void clear();
  nlohmann::json requests() const;

 private:
  mutable std::mutex mutex_;
  std::deque<nlohmann::json> requests_;
};

}  // namespace tollgate::simulator
