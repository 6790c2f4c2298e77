// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::usage {

enum class Verdict : std::uint8_t { keep, drop, cut };

/// What an injected include_usage left in an event of a chat or completions stream (UsageStripper).
struct Judgement {
  Verdict verdict = Verdict::keep;
  std::size_t cut_begin = 0;  ///< for `cut`: the member with its comma, as offsets in the event
  std::size_t cut_end = 0;

  /// Appends what is left of the event.
  void append(std::string_view event, std::string& out) const;
};

/// `data`: its JSON, a part of the event; empty: nothing is known of it.
Judgement judge_traces(std::string_view event, std::string_view data);

}  // namespace tollgate::usage
