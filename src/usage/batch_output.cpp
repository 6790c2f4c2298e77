// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/batch_output.hpp"

#include <algorithm>

#include <simdjson.h>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/reasons.hpp"
#include "usage_counts.hpp"

namespace tollgate::usage {
namespace {

constexpr std::size_t kTextLimit = 256;

void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& value) {
  if (value) sum = sum.value_or(0) + *value;
}

void add(TokenCounts& sum, const TokenCounts& line) {
  add(sum.prompt, line.prompt);
  add(sum.completion, line.completion);
  add(sum.total, line.total);
  add(sum.cached_prompt, line.cached_prompt);
  add(sum.reasoning, line.reasoning);
  add(sum.prompt_audio, line.prompt_audio);
  add(sum.completion_audio, line.completion_audio);
  add(sum.image, line.image);
  add(sum.accepted_prediction, line.accepted_prediction);
  add(sum.rejected_prediction, line.rejected_prediction);
}

/// Whether the line's answer had usage; nullopt: it has no answer.
std::optional<bool> add_line(std::string_view line, simdjson::dom::parser& parser,
                             UsageOutcome& out) {
  simdjson::dom::element root;
  simdjson::dom::object body;
  if (parser.parse(simdjson::padded_string(line)).get(root) != simdjson::SUCCESS) return false;
  if (root.at_pointer("/response/body").get(body) != simdjson::SUCCESS) return std::nullopt;
  std::string_view model;
  if (body["model"].get(model) == simdjson::SUCCESS && !model.empty()) {
    out.model = sanitize_utf8(model, kTextLimit);
  }
  simdjson::dom::element usage;
  if (body["usage"].get(usage) != simdjson::SUCCESS) return false;
  const UsageCounts counts = parse_usage(simdjson::minify(usage));
  if (!counts.any_count || counts.malformed) return false;
  add(out.tokens, counts.tokens);
  return true;
}

}  // namespace

UsageOutcome sum_batch_output(std::string_view lines) {
  UsageOutcome out;
  simdjson::dom::parser parser;
  std::size_t with_usage = 0;
  std::size_t without = 0;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = trim(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty()) continue;
    if (const auto counted = add_line(line, parser, out)) ++(*counted ? with_usage : without);
  }
  out.basis = with_usage == 0 ? UsageBasis::none
              : without == 0  ? UsageBasis::reported
                              : UsageBasis::partial;
  if (out.basis == UsageBasis::none) out.reason = reason::kNoUsageInAnswer;
  if (out.basis == UsageBasis::partial) out.reason = reason::kUsageMalformed;
  return out;
}

}  // namespace tollgate::usage
