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

/// Where an answer breaks off, or falls silent. `before_end`: all is sent but for the message's own
/// end (a length's last byte).
enum class BreakAt { nowhere, before_head, after_head, mid_body, before_usage, before_end };

/// How a service departs from its ordinary answer; from the x-sim header or the control port. The
/// names are those of the JSON members; README.md lists them with examples.
struct Behaviour {
  // The head, and answers that are no ordinary ones.
  int status = 0;  ///< 0: as it would; else with `body`, before anything is looked at
  std::string reason;
  std::string error;  ///< a name of error_catalog.cpp, where the operation would have begun
  nlohmann::json headers = nlohmann::json::object();
  std::optional<std::string> body;
  std::string content_type;  ///< the label only
  std::string raw;           ///< these bytes for an answer, then FIN
  bool no_model_headers =
      false;              ///< no x-ms-served-model, x-ms-deployment-name: the service before 2025
  int informational = 0;  ///< 103 heads before the real one

  // Time and transport.
  int delay_ms = 0;                     ///< before the head
  int chunk_delay_ms = 0;               ///< between the events of a stream
  std::size_t write_bytes = 0;          ///< bytes per write; 0: whole events
  int write_delay_ms = 0;               ///< between such writes
  BreakAt reset_at = BreakAt::nowhere;  ///< RST
  BreakAt close_at = BreakAt::nowhere;  ///< FIN without the end of the message
  BreakAt stall_at = BreakAt::nowhere;  ///< silence for stall_ms, then on
  int stall_ms = 0;
  bool close_delimited = false;
  bool chunked = false;           ///< whole bodies in chunks instead of with a length
  bool join_events = false;       ///< all events in one write
  bool keep_alive_close = false;  ///< closes after the answer without having said so
  std::size_t filler_bytes =
      0;                     ///< meaningless bytes before the usage: a body without end, in bounds
  std::string coding;        ///< gzip | deflate, asked for or not
  std::string coding_fault;  ///< truncated | wrong_label | plain | raw | members | double | bomb
  std::size_t bomb_bytes = 64 << 20;  ///< what a bomb unpacks to, about 1,000 times its size

  // Event streams.
  int chunks = 0;               ///< events of text; 0: one per completion token
  std::string line_end = "\n";  ///< lf | crlf | cr | mixed; `crlf: true` is the older spelling
  bool mixed_line_ends = false;
  bool comments = false;
  bool multi_line_data = false;
  bool no_space = false;  ///< `data:{`
  bool bom = false;
  bool nul = false;  ///< a field whose value has a NUL
  bool unknown_fields = false;
  bool no_event_names = false;
  bool no_first_chunk = false;
  bool no_done = false;
  bool done_twice = false;
  bool data_after_done = false;
  bool responses_done = false;  ///< [DONE] where the specification has none (azure-protocol.md 2.3)
  bool no_final_blank = false;
  std::size_t big_event_bytes = 0;  ///< one event's text
  std::size_t created_bytes = 0;    ///< of instructions echoed in response.created
  bool annotations_after_finish = false;
  bool async_filter = false;

  // Usage and content.
  bool usage_first = false;
  bool no_usage = false;
  bool usage_null = false;         ///< `"usage": null` where it should be
  bool usage_every_chunk = false;  ///< growing; the last is whole
  bool usage_twice = false;        ///< a smaller one before the whole one
  bool usage_null_last = false;    ///< one more chunk, with null, after it
  std::string usage_details;       ///< none | null
  bool usage_extra = false;        ///< unknown members, also `reasoning_tokens` beside the totals
  nlohmann::json usage_values = nlohmann::json::object();  ///< raw text by member, as "1e999"
  bool nested_usage = false;                               ///< a false one further inside
  bool tool_calls = false;                                 ///< whose arguments talk of usage
  std::string finish_reason;
  std::string model;  ///< in the body

  // Errors within an answer, and work that outlives its request.
  std::string error_event;    ///< chat | flat | nested | named
  std::string responses_429;  ///< error_first (also `true`) | failed_first
  std::string outcome;        ///< incomplete | failed
  std::string incomplete_reason = "max_output_tokens";
  int work_ms = -1;  ///< -1: as set
  int work_polls = -1;

  bool reset_after_accept = false;  ///< ingestion: stores the rows, then RST
  std::string refuse_rows_with;     ///< ingestion: 400 for whatever holds this text
  int expires_in = 0;               ///< Entra: a token's life in seconds; 0: an hour
  int refresh_in = 0;               ///< Entra: when to renew it; 0: not said

  bool breaks_off() const { return reset_at != BreakAt::nowhere || close_at != BreakAt::nowhere; }
};

/// The fault's own header fields, for a response.
std::string fields_of(const Behaviour& behaviour);

/// Unknown members are an error of the test that sent them: throws std::invalid_argument.
Behaviour parse_behaviour(const nlohmann::json& json);

/// Behaviours switched on by the control port. Thread-safe.
class Faults {
 public:
  /// {"service", "resource"?, "operation"?, "behaviour", "count"?, "probability"?, "seed"?,
  /// "instead"?}; `instead` of all others, with no request in between.
  void add(const nlohmann::json& fault);
  void clear();
  /// The first fault that applies to this request; uses up one of its count.
  std::optional<Behaviour> take(const std::string& service, const std::string& resource,
                                const std::string& operation = {});

 private:
  struct Fault {
    std::string service;
    std::string resource;   ///< empty: any
    std::string operation;  ///< empty: any
    Behaviour behaviour;
    std::int64_t left = -1;  ///< -1: without end
    double probability = 1;
    std::mt19937 random;
  };
  std::mutex mutex_;
  std::vector<Fault> faults_;
};

}  // namespace tollgate::simulator
