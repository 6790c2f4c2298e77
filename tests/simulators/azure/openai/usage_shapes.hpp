// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "behaviour.hpp"
#include "tokens.hpp"

namespace tollgate::simulator {

/// The usage objects of azure-protocol.md 1.5, spoilt as the behaviour wants.
nlohmann::ordered_json usage_c(const Tokens& tokens,
                               const Behaviour& behaviour);  ///< chat, completions
nlohmann::ordered_json usage_e(const Tokens& tokens, const Behaviour& behaviour);  ///< embeddings
nlohmann::ordered_json usage_r(const Tokens& tokens, const Behaviour& behaviour);  ///< Responses
nlohmann::ordered_json usage_i(const Tokens& tokens, bool streamed,
                               const Behaviour& behaviour);  ///< images
nlohmann::ordered_json usage_t(const Tokens& tokens,
                               const Behaviour& behaviour);  ///< transcriptions
nlohmann::ordered_json usage_seconds(double seconds,
                                     const Behaviour& behaviour);  ///< the same, by duration
nlohmann::ordered_json usage_s(const Tokens& tokens,
                               const Behaviour& behaviour);  ///< speech events
nlohmann::ordered_json usage_run(const Tokens& tokens,
                                 const Behaviour& behaviour);  ///< runs and their steps

/// Adds `usage` to a body: last, where Azure has it (keys are sorted), unless the behaviour says
/// otherwise.
nlohmann::ordered_json with_usage(nlohmann::ordered_json body, nlohmann::ordered_json usage,
                                  const Behaviour& behaviour);

/// An answer to this behaviour has the true usage, if it has any; and its details.
bool usage_is_told(const Behaviour& behaviour);
bool details_are_told(const Behaviour& behaviour);

/// Turns the stand-ins that usage_values left in a body's text into the raw text that was asked
/// for.
std::string write_raw_values(std::string text);

}  // namespace tollgate::simulator
