// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::usage {

/// How much a request lets its answer be, by its own word.
struct AskedOutput {
  /// The largest of max_completion_tokens, max_output_tokens and max_tokens that it holds. nullopt:
  /// none, or none that is sure: one that is no whole number, or is written in other letters' case,
  /// which a backend may take or not.
  std::optional<std::int64_t> cap;
  /// How often the cap may be used: the larger of `n` and `best_of`, for each prompt of a list.
  std::int64_t answers = 1;

  /// The most that all answers may have; nullopt: no cap, or more than 64 bits hold.
  std::optional<std::int64_t> most() const;

  bool operator==(const AskedOutput&) const = default;
};

/// Reads it out of a body's members, one after the other.
class AskedOutputReader {
 public:
  /// `value` as it stands in the body.
  void take(std::string_view name, std::string_view value);
  AskedOutput result() const;

 private:
  std::int64_t cap_ = -1;  ///< none yet
  bool sure_ = true;
  std::int64_t choices_ = 1;
  std::int64_t prompts_ = 1;
};

/// How many prompts the value of `prompt` is: the texts, or lists of tokens, of a list; 1 for
/// anything else, a list of tokens among them. Of a list so long that it is not looked through
/// (kLongestPromptList bytes): as many as any backend takes, kMostPrompts.
std::int64_t count_prompts(std::string_view value);
inline constexpr std::size_t kLongestPromptList = 256 * 1024;
inline constexpr std::int64_t kMostPrompts = 2048;

}  // namespace tollgate::usage
