// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tollgate::simulator {

/// Where an answer is broken off.
enum class BreakAt { nowhere, before_head, after_head, mid_body, before_usage };

/// How a service departs from its ordinary answer; from the x-sim header or the control port.
struct Behaviour {
  int status = 0;                     ///< 0: as it would
  nlohmann::json headers = nlohmann::json::object();
  std::optional<std::string> body;    ///< instead of the ordinary one
  int delay_ms = 0;                   ///< before the head
  int chunk_delay_ms = 0;             ///< between the events of a stream
  int chunks = 0;                     ///< events of text; 0: one per completion token
  std::size_t write_bytes = 0;        ///< bytes per write; 0: whole events
  BreakAt reset_at = BreakAt::nowhere;  ///< RST
  BreakAt close_at = BreakAt::nowhere;  ///< FIN without the end of the message
  bool close_delimited = false;
  bool chunked = false;               ///< JSON in chunks instead of with a length
  bool no_done = false;
  bool crlf = false;
  bool comments = false;
  bool usage_first = false;
  bool no_usage = false;
  bool keep_alive_close = false;      ///< closes after the answer without having said so
  bool responses_429 = false;         ///< the HTTP 200 that is a 429
  bool reset_after_accept = false;    ///< ingestion: stores the rows, then RST
  int informational = 0;              ///< 103 heads before the real one
  int expires_in = 0;                 ///< Entra: a token's life in seconds; 0: an hour
  int refresh_in = 0;                 ///< Entra: when to renew it; 0: not said
};

/// The fault's own header fields, for a response.
std::string fields_of(const Behaviour& behaviour);

/// Unknown members are an error of the test that sent them: throws std::invalid_argument.
Behaviour parse_behaviour(const nlohmann::json& json);

/// Behaviours switched on by the control port. Thread-safe.
class Faults {
 public:
  /// {"service", "resource"?, "behaviour", "count"?, "probability"?, "seed"?}
  void add(const nlohmann::json& fault);
  void clear();
  /// The first fault that applies to this request; uses up one of its count.
  std::optional<Behaviour> take(const std::string& service, const std::string& resource);

 private:
  struct Fault {
    std::string service;
    std::string resource;             ///< empty: any
    Behaviour behaviour;
    std::int64_t left = -1;           ///< -1: without end
    double probability = 1;
    std::mt19937 random;
  };
  std::mutex mutex_;
  std::vector<Fault> faults_;
};

}  // namespace tollgate::simulator
