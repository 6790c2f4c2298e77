// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tollgate::audit {

/// A tool that a model called.
struct ToolCall {
  std::string id;    ///< that of the call; empty: it has none
  std::string name;  ///< of the function, else the kind of call: `web_search_call`

  bool operator==(const ToolCall&) const = default;
};

/// What an answer says beside its text.
struct AnswerFacts {
  static constexpr std::size_t kMost = 1'000;  ///< of each list: more are left out

  /// One a choice, as the API spells it; of Responses and runs the status, or the reason why it is
  /// incomplete.
  std::vector<std::string> finish_reasons;
  std::vector<ToolCall> tool_calls;
  /// A JSON object with what the content filter found in `prompt`, in `completion`, and in
  /// `unknown` where the answer does not say in which: of each category the worst result, and
  /// `blocked` where that was stopped (filter_facts.hpp); empty: there is none.
  std::string content_filter;
};

/// Of an assembled answer's body, redacted or not. Of what is no JSON: nothing. Linear; words are
/// cut to 256 bytes.
AnswerFacts answer_facts(std::string_view body);

}  // namespace tollgate::audit
