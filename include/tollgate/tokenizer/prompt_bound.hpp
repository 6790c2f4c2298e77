// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::tokenizer {

/// A number that the prompt's tokens do not exceed, without counting them: the body's bytes and
/// kFraming. Each token of a text stands for at least one byte of it, JSON writes a text in no
/// fewer bytes than it has, a list of tokens takes two bytes for each, and what a message or a tool
/// costs beside its text (prompt_estimate.hpp) is no more than the punctuation that it is written
/// with, but for what is added once. Not so of what the body packs or only points at. nullopt: it
/// may hold an image, audio or a file, and must be counted. Earlier responses, stored prompts and
/// what else a body refers to beyond itself are in neither number.
std::optional<std::uint64_t> prompt_bound(std::string_view body);
inline constexpr std::uint64_t kFraming = 32;

}  // namespace tollgate::tokenizer
