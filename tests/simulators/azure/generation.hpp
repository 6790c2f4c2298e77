// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "behaviour.hpp"
#include "setup.hpp"

namespace tollgate::simulator {

/// What a model "generated" for one request: everything a body builder needs.
struct Generation {
  std::string id;                     ///< without prefix
  std::int64_t created = 0;
  std::string deployment;             ///< as the caller named it
  std::string model;                  ///< served snapshot
  std::vector<std::string> words;     ///< the text, a word a chunk
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::mt19937 random;                ///< for obfuscation: same seed, same padding

  std::string text() const;
};

/// Bytes of all text in the request, at four a token, and some framing: a rule, not a tokenizer.
std::int64_t count_prompt_tokens(const nlohmann::json& request);

/// azure-protocol.md 8.1: a whole answer.
nlohmann::ordered_json chat_answer(const Generation& g, const Behaviour& behaviour);
nlohmann::ordered_json completion_answer(const Generation& g, const Behaviour& behaviour);
nlohmann::ordered_json response_answer(const Generation& g, const Behaviour& behaviour);

/// One event of a stream and where it stands.
struct StreamEvent {
  std::string bytes;                  ///< with its blank line
  bool carries_usage = false;         ///< or ends the stream
};

/// The events of azure-protocol.md 2.1 and 8.2. `include_usage` adds the last chunk and `"usage":null` to all
/// others (the latter unverified there, item 3).
std::vector<StreamEvent> chat_stream(Generation& g, const Behaviour& behaviour, bool include_usage);
std::vector<StreamEvent> completion_stream(Generation& g, const Behaviour& behaviour,
                                           bool include_usage);
/// azure-protocol.md 2.3 and 8.3, also the HTTP 200 that is a 429.
std::vector<StreamEvent> response_stream(Generation& g, const Behaviour& behaviour);

}  // namespace tollgate::simulator
