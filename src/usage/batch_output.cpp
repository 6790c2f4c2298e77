// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/batch_output.hpp"

#include <algorithm>

#include <simdjson.h>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/record_fields.hpp"
#include "usage_counts.hpp"

namespace tollgate::usage {
namespace {

constexpr std::size_t kTextLimit = 256;

void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& value) {
  if (value) sum = sum.value_or(0) + *value;
}

void add(TokenCounts& sum, const TokenCounts& line) {
  visit_token_counts([&](const RecordField&, auto count) { add(sum.*count, line.*count); });
}

enum class Line { counted, without_usage, malformed, not_answered };

/// What a line says, its counts added to the sum.
Line add_line(std::string_view line, simdjson::dom::parser& parser, UsageOutcome& out) {
  simdjson::dom::element root;
  simdjson::dom::object body;
  if (parser.parse(simdjson::padded_string(line)).get(root) != simdjson::SUCCESS)
    return Line::malformed;
  if (root.at_pointer("/response/body").get(body) != simdjson::SUCCESS) return Line::not_answered;
  simdjson::dom::element usage;
  if (body["usage"].get(usage) != simdjson::SUCCESS) {
    std::int64_t status = 0;
    const bool refused =
        root.at_pointer("/response/status_code").get(status) == simdjson::SUCCESS && status >= 400;
    return refused ? Line::not_answered : Line::without_usage;
  }
  std::string_view model;
  if (body["model"].get(model) == simdjson::SUCCESS && !model.empty()) {
    out.model = sanitize_utf8(model, kTextLimit);
  }
  const UsageCounts counts = parse_usage(simdjson::minify(usage));
  if (counts.malformed) return Line::malformed;
  if (!counts.any_count) return Line::without_usage;
  add(out.tokens, counts.tokens);
  return Line::counted;
}

}  // namespace

UsageOutcome sum_batch_output(std::string_view lines) {
  UsageOutcome out;
  simdjson::dom::parser parser;
  std::size_t counted = 0;
  std::size_t without = 0;
  std::size_t malformed = 0;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = trim(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty()) continue;
    const Line kind = add_line(line, parser, out);
    counted += kind == Line::counted ? 1 : 0;
    without += kind == Line::without_usage ? 1 : 0;
    malformed += kind == Line::malformed ? 1 : 0;
  }
  const bool all = without + malformed == 0;
  if (counted > 0) out.basis = all ? UsageBasis::reported : UsageBasis::partial;
  if (out.basis == UsageBasis::reported) return out;
  out.reason = malformed > 0 ? reason::kUsageMalformed : reason::kNoUsageInAnswer;
  return out;
}

}  // namespace tollgate::usage
