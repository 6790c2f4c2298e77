// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "openai/call.hpp"
#include "openai/event_stream.hpp"

namespace tollgate::simulator {

/// Content filter results of a choice or prompt; `all` false gives Azure's empty object.
nlohmann::ordered_json filter_results(bool all);

/// The chunks of chat completions and completions (azure-protocol.md 2.1 and 8.2): Azure's first
/// one, one a choice, and at the end those with usage, which are there only if the request asked.
/// With it all others have `"usage":null` (unverified there: section 10, item 3).
class ChunkStream {
 public:
  ChunkStream(Call& call, const char* object);

  /// One chunk with this choice; text of asynchronously filtered choices comes without results.
  void choice(nlohmann::ordered_json choice);
  /// The filter's results for the text so far, on their own (2.1).
  void annotation(std::size_t from, std::size_t to);
  /// The stream breaks off with an error; nothing else follows but [DONE].
  Answer fail();
  Answer end();

 private:
  nlohmann::ordered_json chunk() const;
  void usage(const Tokens& tokens, bool whole);

  Call& call_;
  const Behaviour& behaviour_;
  const char* object_;
  bool include_usage_;
  bool obfuscates_;
  std::int64_t choices_ = 0;
  EventStream events_;
};

}  // namespace tollgate::simulator
