// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::usage {

/// Token counts as Azure names them, in one shape for all APIs (azure-protocol.md 1.5): Responses'
/// input_tokens and output_tokens are prompt and completion here. nullopt: not reported, which is
/// not 0. `cached_prompt` is part of `prompt`; `reasoning` and the prediction counts are part of
/// `completion`.
struct TokenCounts {
  std::optional<std::int64_t> prompt;
  std::optional<std::int64_t> completion;
  std::optional<std::int64_t> total;
  std::optional<std::int64_t> cached_prompt;
  std::optional<std::int64_t> reasoning;
  std::optional<std::int64_t> prompt_audio;
  std::optional<std::int64_t> completion_audio;
  std::optional<std::int64_t> image;
  std::optional<std::int64_t> accepted_prediction;
  std::optional<std::int64_t> rejected_prediction;
  std::optional<std::int64_t> cache_write;
  std::optional<std::int64_t> completion_image;
  std::optional<std::int64_t> cached_audio;
  std::optional<std::int64_t> cached_image;

  bool operator==(const TokenCounts&) const = default;
};

/// Whether a part is more than its whole, alone or with its like, as no backend can mean it: then
/// nobody can say which count is right. Not so reasoning that is counted beside the completion, as
/// the total of some hosted models shows.
bool parts_exceed_wholes(const TokenCounts& tokens);

/// Where the counts come from (promise 4). `reported`: the backend's final usage, and nothing
/// billable beside it. `partial`: the backend's, but not the final ones, or not all that is billed.
/// `estimated`: our own count. `none`: nothing is known. Journals hold the numbers: they never
/// change.
enum class UsageBasis { none = 0, estimated = 1, partial = 2, reported = 3 };

std::string_view to_string(UsageBasis basis);

/// Calls of built-in tools that are billed by themselves, as an answer's output shows them, without
/// those that failed.
struct ToolCalls {
  std::int64_t web_search = 0;
  std::int64_t file_search = 0;
  std::int64_t code_interpreter = 0;
  std::int64_t computer_use = 0;

  bool operator==(const ToolCalls&) const = default;
};

/// More ids of parts of an answer, and of what it left, are not kept: they would outgrow a record.
inline constexpr std::size_t kMostParts = 1000;

/// What a meter read out of one answer.
struct UsageOutcome {
  TokenCounts tokens;
  UsageBasis basis = UsageBasis::none;
  std::string reason;  ///< why the basis is not `reported`; empty when it is
  std::string
      model;  ///< top-level `model`, at most 256 bytes, sanitised; a stream's first real one
  std::string finish_reason;  ///< last non-null one, or a Responses status
  std::string error_code;     ///< `error.code` (or type) of an error body or in-stream error
  std::string response_id;    ///< top-level `id`
  std::string status;         ///< last `status` of the object: queued, in_progress, completed, ...
  std::string thread_id;      ///< of an assistant's run
  std::vector<std::string> result_files;  ///< ids of a batch's output and error files
  /// Ids of containers made for a response, then of its output's items; at most kMostParts.
  std::vector<std::string> parts;
  /// Ids at the places that the meter was told of; at most kMostParts.
  std::vector<std::string> left_ids;
  std::string file_id;       ///< of the file that an upload became
  std::string service_tier;  ///< by which it was served: default, priority, flex, ...
  ToolCalls tool_calls;
  std::optional<std::int64_t> audio_duration_ms;  ///< of usage in seconds
  std::optional<std::int64_t> longest_prompt;     ///< of a batch: its largest request's tokens in
  std::optional<std::int64_t> images;  ///< whole ones in the answer, where they were asked for
  std::string image_size;              ///< image_size_word; empty: the answer does not tell
  std::string image_quality;           ///< image_quality_word; likewise
  /// Our own count of the text that came, when it was asked for and the basis is `none`.
  std::optional<std::int64_t> generated_tokens;
  bool terminal = false;  ///< the answer's own end was seen ([DONE], terminal event, whole JSON)
  bool in_stream_error = false;  ///< HTTP 200 whose stream carried an error (azure-protocol.md 2.4)
};

}  // namespace tollgate::usage
