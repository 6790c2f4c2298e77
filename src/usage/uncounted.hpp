// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::usage {

/// What an answer says is billed beside the counts of its record. A record is never `reported` with
/// it.
class Uncounted {
 public:
  enum class What : std::uint8_t {
    tokens,
    seconds,
    characters,
    images,
    requests,
    tool_usage,
    tool_calls,
    failed_searches,
    failed_calls,
    numbers
  };

  void add(What what) { bits_ |= 1U << static_cast<unsigned>(what); }
  void remove(What what) { bits_ &= ~(1U << static_cast<unsigned>(what)); }
  void add(const Uncounted& other) { bits_ |= other.bits_; }
  bool any() const { return bits_ != 0; }

  /// Reads an answer's tool_usage, as JSON: the number of web searches into the calls, which is
  /// what is billed whatever the output shows. Adds tool_usage when another number there is not 0.
  void note_tool_usage(std::string_view json, ToolCalls& calls);
  /// Adds tool_calls when one of an answer's output items is a call that is billed by itself and
  /// not by its number; failed_searches and failed_calls when a call that is billed by its number
  /// has failed: whether it is billed all the same is unverified. `types` are the items' types as
  /// Member::output_types has them.
  void note_output_types(std::string_view types);

  /// For a record: `not_all_counted`, and the word for each thing behind a comma.
  std::string reason() const;

 private:
  unsigned bits_ = 0;
};

/// How often each built-in tool whose calls a record counts stands among the types, without those
/// that failed.
ToolCalls count_calls(std::string_view types);

/// What a number of this name measures, by the word that the name ends in; `numbers`: nobody here
/// knows, so it may be billed.
Uncounted::What measure_of(std::string_view name);

}  // namespace tollgate::usage
