// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "item_deltas.hpp"

#include <algorithm>
#include <array>

namespace tollgate::audit {
namespace {

enum class Does : std::uint8_t { grows, ends, replaces_part, adds, adds_file, says_nothing };

/// One event type without `response.` (azure-protocol.md 2.3).
struct Row {
  std::string_view type;
  Does does = Does::grows;
  std::string_view from;       ///< the event's member with the content
  std::string_view list = {};  ///< the item's array of parts; empty: the item itself
  std::string_view index = {};
  std::string_view part_type = {};
  std::string_view into = {};  ///< the member that the content belongs to
};

constexpr std::string_view kContent = "content";
constexpr std::string_view kAt = "content_index";
constexpr std::string_view kSummary = "summary";
constexpr std::string_view kSummaryAt = "summary_index";
using enum Does;

constexpr std::array kRows{
    Row{"output_text.delta", grows, "delta", kContent, kAt, "output_text", "text"},
    Row{"output_text.done", ends, "text", kContent, kAt, "output_text", "text"},
    Row{"output_text.annotation.added", adds, "annotation", kContent, kAt, "output_text",
        "annotations"},
    Row{"refusal.delta", grows, "delta", kContent, kAt, "refusal", "refusal"},
    Row{"refusal.done", ends, "refusal", kContent, kAt, "refusal", "refusal"},
    Row{"reasoning_text.delta", grows, "delta", kContent, kAt, "reasoning_text", "text"},
    Row{"reasoning_text.done", ends, "text", kContent, kAt, "reasoning_text", "text"},
    Row{"reasoning_summary_text.delta", grows, "delta", kSummary, kSummaryAt, "summary_text",
        "text"},
    Row{"reasoning_summary_text.done", ends, "text", kSummary, kSummaryAt, "summary_text", "text"},
    Row{"content_part.added", replaces_part, "part", kContent, kAt},
    Row{"content_part.done", replaces_part, "part", kContent, kAt},
    Row{"reasoning_summary_part.added", replaces_part, "part", kSummary, kSummaryAt},
    Row{"reasoning_summary_part.done", replaces_part, "part", kSummary, kSummaryAt},
    Row{"function_call_arguments.delta", grows, "delta", "", "", "", "arguments"},
    Row{"function_call_arguments.done", ends, "arguments", "", "", "", "arguments"},
    Row{"mcp_call_arguments.delta", grows, "delta", "", "", "", "arguments"},
    Row{"mcp_call_arguments.done", ends, "arguments", "", "", "", "arguments"},
    Row{"custom_tool_call_input.delta", grows, "delta", "", "", "", "input"},
    Row{"custom_tool_call_input.done", ends, "input", "", "", "", "input"},
    Row{"code_interpreter_call_code.delta", grows, "delta", "", "", "", "code"},
    Row{"code_interpreter_call_code.done", ends, "code", "", "", "", "code"},
    Row{"audio.delta", adds_file, "delta", "", "", "", "audio"},
    Row{"audio.transcript.delta", grows, "delta", "", "", "", "transcript"},
    Row{"image_generation_call.partial_image", adds, "partial_image_b64", "", "", "",
        "partial_images"},
};

/// The part of an item that the row speaks of.
GrowingValue* part_of(const Row& row, const JsonFields& event, GrowingValue& item,
                      ContentBudget& budget) {
  if (row.list.empty()) return &item;
  GrowingValue* const list = item.member(row.list, budget);
  if (list == nullptr) return nullptr;
  GrowingValue* const part = list->element(event[row.index].index().value_or(0), budget);
  if (part == nullptr || row.part_type.empty() || part->exists()) return part;
  GrowingValue* const type = part->member("type", budget);
  if (type != nullptr) type->replace(JsonSlice(to_json_string(row.part_type)), budget);
  return part;
}

void apply(const Row& row, JsonSlice content, GrowingValue& part, ContentBudget& budget) {
  if (row.does == replaces_part) return part.replace(content, budget);
  GrowingValue* const value = part.member(row.into, budget);
  if (value == nullptr) return;
  if (row.does == grows && content.is_string()) return value->append(content, budget);
  if (row.does == adds) return void(value->push(content, budget));
  if (row.does == adds_file) return value->append_file(content);
  value->replace(content, budget);
}

/// Of types that are not in the table: `shell_call_output_content.delta` grows a member of that
/// name, as deltas of a chat do.
bool apply_unknown(std::string_view type, JsonSlice delta, GrowingValue& item,
                   ContentBudget& budget) {
  if (!delta.exists() || !type.ends_with(".delta")) return false;
  type.remove_suffix(std::string_view(".delta").size());
  GrowingValue* const value = item.member(type, budget);
  if (value == nullptr) return true;
  value->merge(delta, budget);
  return true;
}

}  // namespace

bool apply_item_event(std::string_view type, const JsonFields& event, GrowingValue& item,
                      ContentBudget& budget) {
  const auto* const row = std::ranges::find(kRows, type, &Row::type);
  if (row == kRows.end()) return apply_unknown(type, event["delta"], item, budget);
  const JsonSlice content = event[row->from];
  if (!content.exists()) return false;
  GrowingValue* const part = part_of(*row, event, item, budget);
  if (part != nullptr) apply(*row, content, *part, budget);
  return true;
}

}  // namespace tollgate::audit
