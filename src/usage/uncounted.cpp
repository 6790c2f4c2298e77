// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "uncounted.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <simdjson.h>

#include "tollgate/usage/reasons.hpp"

namespace tollgate::usage {
namespace {

using simdjson::dom::element;
using What = Uncounted::What;

/// The words of docs/usage-records.md.
constexpr std::array<std::pair<What, std::string_view>, 7> kWords{{
    {What::tokens, "other_tokens"},
    {What::seconds, "seconds"},
    {What::characters, "characters"},
    {What::images, "images"},
    {What::requests, "requests"},
    {What::tool_usage, "tool_usage"},
    {What::tool_calls, "tool_calls"},
}};

constexpr std::array<std::pair<std::string_view, What>, 6> kMeasures{{
    {"tokens", What::tokens},
    {"seconds", What::seconds},
    {"characters", What::characters},
    {"images", What::images},
    {"requests", What::requests},
    {"calls", What::requests},
}};

/// Calls with a price of their own, per call or session, beside the tokens (azure-protocol.md 1.7).
constexpr std::array<std::string_view, 4> kBilledCalls{
    "web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call"};

constexpr int kDeepest = 8;

bool has_amount(const element& value, int depth) {
  if (value.is_object() && depth < kDeepest) {
    for (const auto field : simdjson::dom::object(value)) {
      if (has_amount(field.value, depth + 1)) return true;
    }
    return false;
  }
  if (value.is_array() && depth < kDeepest) {
    for (const element inner : simdjson::dom::array(value)) {
      if (has_amount(inner, depth + 1)) return true;
    }
    return false;
  }
  double number = 0;
  return value.is_number() && value.get(number) == simdjson::SUCCESS && number != 0;
}

}  // namespace

std::optional<What> measure_of(std::string_view name) {
  for (const auto& [ending, what] : kMeasures) {
    if (name.ends_with(ending)) return what;
  }
  return std::nullopt;
}

void Uncounted::note_tool_usage(std::string_view json) {
  if (json.empty()) return;
  thread_local simdjson::dom::parser parser;
  element root;
  const bool read = parser.parse(simdjson::padded_string(json)).get(root) == simdjson::SUCCESS;
  if (!read || has_amount(root, 0)) add(What::tool_usage);
}

void Uncounted::note_output_types(std::string_view types) {
  const bool billed = std::any_of(kBilledCalls.begin(), kBilledCalls.end(), [&](auto call) {
    return types.find(call) != std::string_view::npos;
  });
  if (billed) add(What::tool_calls);
}

std::string Uncounted::reason() const {
  std::string out(reason::kNotAllCounted);
  for (const auto& [what, word] : kWords) {
    if ((bits_ & (1U << static_cast<unsigned>(what))) != 0) out.append(",").append(word);
  }
  return out;
}

}  // namespace tollgate::usage
