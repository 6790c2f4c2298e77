// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/batch_output.hpp"

#include <algorithm>
#include <utility>

#include <simdjson.h>

#include "json_scanner.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/filter_refusal.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/record_fields.hpp"
#include "usage_counts.hpp"

namespace tollgate::usage {
namespace {

void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& value) {
  if (value) sum = sum.value_or(0) + *value;
}

void add(TokenCounts& sum, const TokenCounts& line) {
  visit_token_counts([&](const RecordField&, auto count) { add(sum.*count, line.*count); });
}

/// How many lines there were of each kind, and what they were billed for beside their counts.
struct Lines {
  std::size_t counted = 0;
  std::size_t without_usage = 0;
  std::size_t malformed = 0;
  std::size_t incomplete = 0;
  std::size_t contradictory = 0;
  std::size_t refused = 0;  ///< which cost nothing
  bool several_models = false;
  Uncounted uncounted;
};

void add(ToolCalls& sum, const ToolCalls& item) {
  sum.web_search += item.web_search;
  sum.file_search += item.file_search;
  sum.code_interpreter += item.code_interpreter;
  sum.computer_use += item.computer_use;
}

/// An output item's type, marked as the scanner of answers does; empty: it has none.
std::string type_of(const simdjson::dom::element& item) {
  std::string_view type;
  std::string_view status;
  if (item["type"].get(type) != simdjson::SUCCESS) return {};
  const bool failed = item["status"].get(status) == simdjson::SUCCESS && status == "failed";
  return std::string(type).append(failed ? 1 : 0, kFailedMark);
}

/// What one answer is billed for beside its tokens.
ToolCalls read_beside_tokens(const simdjson::dom::object& body, Uncounted& all) {
  ToolCalls calls;
  Uncounted uncounted;
  simdjson::dom::array output;
  if (body["output"].get(output) == simdjson::SUCCESS) {
    for (const simdjson::dom::element item : output) {
      const std::string type = type_of(item);
      uncounted.note_output_types(type);
      add(calls, count_calls(type));
    }
  }
  simdjson::dom::element tools;
  if (body["tool_usage"].get(tools) == simdjson::SUCCESS && !tools.is_null())
    uncounted.note_tool_usage(simdjson::minify(tools), calls);
  all.add(uncounted);
  return calls;
}

/// An answer's counts, added to the sum.
void add_answer(const simdjson::dom::object& body, const simdjson::dom::element& usage,
                Lines& lines, UsageOutcome& out) {
  std::string_view model;
  if (body["model"].get(model) == simdjson::SUCCESS && !model.empty()) {
    std::string named = whole_word(model, kLongestWord, kTooLong);
    lines.several_models = lines.several_models || (!out.model.empty() && out.model != named);
    out.model = std::move(named);
  }
  const UsageCounts counts = parse_usage(simdjson::minify(usage));
  if (counts.malformed) {
    ++lines.malformed;
    return;
  }
  if (!counts.any_count) {
    ++lines.without_usage;
    return;
  }
  add(out.tokens, counts.tokens);
  if (counts.tokens.prompt)
    out.longest_prompt = std::max(out.longest_prompt.value_or(0), *counts.tokens.prompt);
  ++lines.counted;
  lines.incomplete += counts.incomplete ? 1 : 0;
  lines.contradictory += counts.contradictory ? 1 : 0;
  lines.uncounted.add(counts.uncounted);
  add(out.tool_calls, read_beside_tokens(body, lines.uncounted));
}

/// All errors but the content filter's, which has evaluated the prompt (azure-protocol.md 2.6).
bool is_free_refusal(const simdjson::dom::element& root, const simdjson::dom::object& body) {
  std::int64_t status = 0;
  if (root.at_pointer("/response/status_code").get(status) != simdjson::SUCCESS) return false;
  simdjson::dom::element error;
  const bool filtered =
      body["error"].get(error) == simdjson::SUCCESS && is_filter_refusal(simdjson::minify(error));
  return status >= 400 && !filtered;
}

void add_line(std::string_view line, simdjson::dom::parser& parser, Lines& lines,
              UsageOutcome& out) {
  simdjson::dom::element root;
  simdjson::dom::object body;
  if (parser.parse(simdjson::padded_string(line)).get(root) != simdjson::SUCCESS) {
    ++lines.malformed;
    return;
  }
  if (root.at_pointer("/response/body").get(body) != simdjson::SUCCESS) return;
  simdjson::dom::element usage;
  if (body["usage"].get(usage) == simdjson::SUCCESS) return add_answer(body, usage, lines, out);
  if (is_free_refusal(root, body)) {
    ++lines.refused;
  } else {
    ++lines.without_usage;
  }
}

void judge(const Lines& lines, UsageOutcome& out) {
  if (lines.counted > 0) out.basis = UsageBasis::partial;
  if (lines.malformed > 0) {
    out.reason = reason::kUsageMalformed;
  } else if (lines.counted == 0 && lines.without_usage == 0 && lines.refused > 0) {
    out.reason = reason::kErrorAnswer;
  } else if (lines.counted == 0 || lines.without_usage > 0) {
    out.reason = reason::kNoUsageInAnswer;
  } else if (lines.incomplete > 0) {
    out.reason = reason::kCountMissing;
  } else if (lines.contradictory > 0) {
    out.reason = reason::kCountsContradict;
  } else if (lines.uncounted.any()) {
    out.reason = lines.uncounted.reason();
  } else if (lines.several_models) {
    out.reason = reason::kSeveralModels;
  } else {
    out.basis = UsageBasis::reported;
  }
}

}  // namespace

UsageOutcome sum_batch_output(std::string_view text) {
  UsageOutcome out;
  simdjson::dom::parser parser;
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty()) add_line(line, parser, lines, out);
  }
  judge(lines, out);
  return out;
}

}  // namespace tollgate::usage
