// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "uncounted.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <simdjson.h>

#include "json_scanner.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::usage {
namespace {

using simdjson::dom::element;
using What = Uncounted::What;

/// The words of docs/usage-records.md.
constexpr std::array<std::pair<What, std::string_view>, 10> kWords{{
    {What::tokens, "other_tokens"},
    {What::seconds, "seconds"},
    {What::characters, "characters"},
    {What::images, "images"},
    {What::requests, "requests"},
    {What::tool_usage, "tool_usage"},
    {What::tool_calls, "tool_calls"},
    {What::failed_searches, "failed_web_searches"},
    {What::failed_calls, "failed_file_searches"},
    {What::numbers, "other_numbers"},
}};

constexpr std::array<std::pair<std::string_view, What>, 6> kMeasures{{
    {"tokens", What::tokens},
    {"seconds", What::seconds},
    {"characters", What::characters},
    {"images", What::images},
    {"requests", What::requests},
    {"calls", What::requests},
}};

/// Calls with a price of their own, beside the tokens (azure-protocol.md 1.7), whose number does
/// not tell what is billed: sessions that several answers may share, and tokens of another model.
constexpr std::array<std::string_view, 2> kBilledOtherwise{"code_interpreter_call",
                                                           "image_generation_call"};

/// Those whose number a record has.
struct CountedCall {
  std::string_view type;
  std::int64_t ToolCalls::*count;
};
constexpr std::array<CountedCall, 4> kCountedCalls{
    {{"web_search_call", &ToolCalls::web_search},
     {"file_search_call", &ToolCalls::file_search},
     {"code_interpreter_call", &ToolCalls::code_interpreter},
     {"computer_call", &ToolCalls::computer_use}}};

/// What a client or another server carries out: no price of it is known beside its tokens.
constexpr std::array<std::string_view, 7> kCarriedOutElsewhere{
    "function_call", "custom_tool_call", "mcp_call",        "local_shell_call",
    "shell_call",    "apply_patch_call", "tool_search_call"};

/// Of a type without the mark of those that failed.
bool is_known_call(std::string_view type) {
  const auto is = [type](std::string_view known) { return type == known; };
  return std::any_of(kCarriedOutElsewhere.begin(), kCarriedOutElsewhere.end(), is) ||
         std::any_of(kCountedCalls.begin(), kCountedCalls.end(),
                     [&](const CountedCall& call) { return is(call.type); });
}

/// Each of the words.
template <class Visit>
void visit_types(std::string_view types, Visit visit) {
  while (!types.empty()) {
    const std::string_view word = types.substr(0, types.find(' '));
    types.remove_prefix(std::min(word.size() + 1, types.size()));
    visit(word);
  }
}

constexpr std::string_view kFailedWebSearch = "web_search_call!";
constexpr std::string_view kFailedFileSearch = "file_search_call!";
static_assert(kFailedWebSearch.back() == kFailedMark && kFailedFileSearch.back() == kFailedMark);

constexpr int kDeepest = 8;

/// Takes the number of searches that a tool_usage tells. False: it tells none, or something else of
/// them beside.
bool take_searches(const element& web_search, ToolCalls& calls) {
  simdjson::dom::object told;
  std::int64_t number = 0;
  if (web_search.get(told) != simdjson::SUCCESS || told.size() != 1) return false;
  if (told["num_requests"].get(number) != simdjson::SUCCESS || number < 0) return false;
  calls.web_search = number;
  return true;
}

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

What measure_of(std::string_view name) {
  for (const auto& [ending, what] : kMeasures) {
    if (name.ends_with(ending)) return what;
  }
  return What::numbers;
}

void Uncounted::note_tool_usage(std::string_view json, ToolCalls& calls) {
  if (json.empty()) return;
  thread_local simdjson::dom::parser parser;
  element root;
  simdjson::dom::object tools;
  const bool read = parser.parse(simdjson::padded_string(json)).get(root) == simdjson::SUCCESS;
  if (!read || root.get(tools) != simdjson::SUCCESS) {
    if (!read || has_amount(root, 0)) add(What::tool_usage);
    return;
  }
  for (const auto tool : tools) {
    const bool counted = tool.key == "web_search" && take_searches(tool.value, calls);
    if (counted) remove(What::failed_searches);  // the number is what is billed
    if (!counted && has_amount(tool.value, 0)) add(What::tool_usage);
  }
}

void Uncounted::note_output_types(std::string_view types) {
  const bool billed = std::any_of(kBilledOtherwise.begin(), kBilledOtherwise.end(), [&](auto call) {
    return types.find(call) != std::string_view::npos;
  });
  if (billed) add(What::tool_calls);
  visit_types(types, [this](std::string_view type) {
    if (type == kFailedWebSearch) add(What::failed_searches);
    if (type == kFailedFileSearch) add(What::failed_calls);
    if (!type.empty() && type.back() == kFailedMark) type.remove_suffix(1);
    if (type.ends_with("_call") && !is_known_call(type)) add(What::tool_calls);
  });
}

ToolCalls count_calls(std::string_view types) {
  ToolCalls out;
  visit_types(types, [&out](std::string_view type) {
    for (const CountedCall& call : kCountedCalls) out.*call.count += type == call.type ? 1 : 0;
  });
  return out;
}

std::string Uncounted::reason() const {
  std::string out(reason::kNotAllCounted);
  for (const auto& [what, word] : kWords) {
    if ((bits_ & (1U << static_cast<unsigned>(what))) != 0) out.append(",").append(word);
  }
  return out;
}

}  // namespace tollgate::usage
