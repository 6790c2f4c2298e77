// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "tollgate/config/config.hpp"
#include "tollgate/operations/place.hpp"
#include "tollgate/tokenizer/prompt_estimate.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::operations {

/// Which of Azure's URL families a request uses (azure-protocol.md 1.1).
enum class UrlFamily {
  legacy,
  v1,
  models,  ///< of Azure AI model inference, which names the model in the body
};

/// How the backend of an operation is found.
enum class RouteBy {
  deployment,  ///< the legacy path names it, `model` does so in the v1 family
  model,       ///< `model` in the body in both families
  object,      ///< the stored object in the path lives on the backend that made it
  home,        ///< neither: operations.backend
  gateway,     ///< nobody is asked: the configuration has the answer
};

/// Where an operation's tokens are counted.
enum class Metering {
  answer,     ///< in its own answer
  follow,     ///< in its answer, or, when that comes before the work is done, by asking again later
  elsewhere,  ///< with the operation that made the object: its usage is only read again here
  none,       ///< it uses no tokens
};

/// How the backend is asked what unfinished work took in the end.
struct FollowRule {
  /// After the family's root; {id} and {thread} stand for the answer's ids of these names. Empty:
  /// never asked.
  std::string_view path;
  /// Only what the request wanted in the background goes on after its answer (azure-protocol.md
  /// 1.7).
  bool only_background = false;
  /// Of an operation that ends an object: at or below this part of a path its backend is asked
  /// first what unfinished work took, since nobody could tell afterwards. {object}: that of the
  /// request's path. Empty: nothing is lost.
  std::string_view asks_first = {};
  /// Of an operation whose answer is such work's object: its path, as `path` has it. Usage in it
  /// settles the work's record. Empty: what it shows is no work, or not by itself.
  std::string_view shown = {};
};

/// What an operation is counted by where its answer tells no tokens.
enum class CountedBy : std::uint8_t {
  tokens_alone,
  images,      ///< those in its answer
  characters,  ///< those of its request's `input`
};

/// What the operations of one API have in common.
struct Api {
  /// A streamed answer tells its usage to those alone who ask with stream_options.include_usage
  /// (2.2).
  bool reports_usage_on_request = false;
  /// A stream with status 200 may begin with a refusal (2.4): its start is looked at before it is
  /// relayed.
  bool refuses_in_stream = false;
  /// How the request holds its prompt, where our own count may stand in for a missing one.
  std::optional<tokenizer::RequestShape> counted_as;
  /// The answer holds text that a model wrote, and that is counted.
  bool generates_text = false;
  FollowRule follow;
  /// OpenTelemetry's word for it (azure-protocol.md 7.1); empty: it has none.
  std::string_view genai_name = {};
  CountedBy counted_by = CountedBy::tokens_alone;
  /// What is not asked for as a stream may come as plain text (response_format text, srt or vtt):
  /// its words are the speaker's and tell no usage, whatever they look like.
  bool answers_in_text = false;
  /// The answer is sound: mere bytes are it, whatever they look like.
  bool answers_in_sound = false;
};

inline constexpr Api kPlainApi{};

/// Ids in an answer that are the client's own from then on: bits, together in one value. Those from
/// `items` on stand where left_ids.cpp says.
enum class Leaves : std::uint16_t {
  nothing = 0,
  answer = 1,          ///< the answer's own id
  thread = 2,          ///< thread_id
  file = 4,            ///< of the file that an upload became
  result_files = 8,    ///< a batch's output and error files
  parts = 16,          ///< a response's items, containers that were made for it, a chat's audio
  items = 32,          ///< of a conversation, or what a response was made from
  stores = 64,         ///< vector stores that were made with an assistant or a thread
  run_files = 128,     ///< what a run has written and drawn: in its messages and steps
  tuning_files = 256,  ///< the results of a fine-tuning job
};

constexpr Leaves operator|(Leaves a, Leaves b) {
  return static_cast<Leaves>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}

/// What an operation shows that goes by RouteBy::gateway.
enum class Shows : std::uint8_t {
  nothing,
  models,
  one_model,
  deployments,
  whole_list,  ///< all clients' objects of a kind: refused
};

/// An operation the gateway forwards: one row of the table in operation_table.cpp. All that the
/// gateway treats differently from one operation to the next is a column here, but for prices
/// (pricing/priced_operations.hpp), which are read before there are operations.
struct Operation {
  std::string_view id;      ///< ChatCompletions_Create, as Azure's own messages name it
  std::string_view method;  ///< GET, POST, DELETE
  /// After /openai; {deployment}, {object} and {id} stand for one segment.
  std::string_view legacy_path;
  std::string_view v1_path;  ///< after /openai/v1; empty: not in this family
  config::OperationGroup group = config::OperationGroup::inference;
  RouteBy route_by = RouteBy::deployment;
  Metering metering = Metering::answer;
  std::span<const Place> places;  ///< where its requests hold names: place_table.hpp
  Leaves leaves = Leaves::nothing;
  const Api* api = &kPlainApi;
  std::string_view models_path =
      {};                        ///< after /models, of Azure AI model inference; empty: not there
  Shows shows = Shows::nothing;  ///< of an operation that goes by RouteBy::gateway

  bool leaves_id(Leaves which) const {
    return (static_cast<std::uint16_t>(leaves) & static_cast<std::uint16_t>(which)) != 0;
  }
  /// Whether its tokens are counted with it, now or later.
  bool counts() const { return metering == Metering::answer || metering == Metering::follow; }
};

/// Where the answer's ids stand that are left so and are not read anyhow; null: nowhere. Of the
/// values that the table has; made once for each. Any thread.
const usage::JsonPaths* left_paths(Leaves leaves);

/// What OpenTelemetry calls the operation with this id: its API's word, else the id itself, which
/// must outlive the answer.
std::string_view genai_name(std::string_view id);

}  // namespace tollgate::operations
